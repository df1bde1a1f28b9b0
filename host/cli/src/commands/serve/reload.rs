//! Loading a component anew when its file changed, or when somebody asks for it.

use std::{
    fs,
    path::Path,
    sync::Arc,
    time::{Duration, SystemTime},
};

use larder::{Program, Runtime, http::HttpService};

use super::handler;
use crate::{
    failure::{Failure, Result},
    grants::Wanted,
};

/// What tells one content of a file from another without reading it. A file that was put in its place is another one.
type Stamp = (u64, Option<SystemTime>, u64);

fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = fs::metadata(path).ok()?;
    #[cfg(unix)]
    let number = std::os::unix::fs::MetadataExt::ino(&metadata);
    #[cfg(not(unix))]
    let number = 0;
    Some((metadata.len(), metadata.modified().ok(), number))
}

/// Serve what is in the component's file whenever it changes; never ends. A component that cannot be loaded changes nothing.
pub(super) async fn follow(runtime: &Runtime, wanted: &Arc<Wanted>, service: &HttpService, every: Option<Duration>) {
    let path = &wanted.plugin.component;
    let mut served = stamp(path);
    let mut seen = served;
    let mut asked = Asked::listen();
    loop {
        let asked = tokio::select! {
            () = asked.next() => true,
            () = pause(every) => false,
        };
        let now = stamp(path);
        // One that changes while it is looked at is still being written.
        let settled = now.is_some() && now == seen;
        seen = now;
        if !asked && (!settled || now == served) {
            continue;
        }
        served = now;
        match load(runtime, wanted).await {
            Ok(plugin) => {
                service.reload(plugin);
                tracing::info!(component = %path.display(), "loaded anew");
            }
            Err(failure) => {
                tracing::error!(component = %path.display(), "not loaded, the old one is served: {}", failure.message);
            }
        }
    }
}

async fn pause(every: Option<Duration>) {
    match every {
        Some(every) => tokio::time::sleep(every).await,
        None => std::future::pending().await,
    }
}

async fn load(runtime: &Runtime, wanted: &Arc<Wanted>) -> Result<larder::http::HttpPlugin> {
    let (runtime, wanted) = (runtime.clone(), wanted.clone());
    let loading = tokio::task::spawn_blocking(move || {
        let program = Program::from_file(&runtime, &wanted.plugin.component)?;
        handler(&program, &wanted)
    });
    loading.await.map_err(|error| Failure::usage(format!("compiling failed: {error}")))?
}

/// SIGHUP, where there is one.
struct Asked {
    #[cfg(unix)]
    signal: Option<tokio::signal::unix::Signal>,
}

impl Asked {
    fn listen() -> Asked {
        #[cfg(unix)]
        return Asked { signal: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).ok() };
        #[cfg(not(unix))]
        Asked {}
    }

    async fn next(&mut self) {
        #[cfg(unix)]
        if let Some(signal) = &mut self.signal
            && signal.recv().await.is_some()
        {
            return;
        }
        std::future::pending().await
    }
}
