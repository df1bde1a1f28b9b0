//! Loading a component, with a word where it takes long.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use larder::{Program, Runtime};

use crate::{
    exit::Exit,
    failure::{Failure, Result},
    output::Output,
};

/// How long compiling may take without a word.
const QUIET: Duration = Duration::from_millis(400);

/// Make the one executor of the process, and run `work` on it to its end.
pub(crate) fn block_on<R>(work: impl Future<Output = Result<R>>) -> Result<R> {
    let executor = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| {
        Failure::new(Exit::Storage, "runtime", format!("the threads for running components cannot be started: {error}"))
    })?;
    let ended = executor.block_on(work);
    // A guest's read of the terminal may wait for ever.
    executor.shutdown_background();
    ended
}

/// Compile the component in the file `path`, or take it from the cache.
pub(crate) async fn program(runtime: &Runtime, path: &Path, output: &Output) -> Result<Program> {
    let started = Instant::now();
    let mut loading = tokio::task::spawn_blocking({
        let (runtime, path) = (runtime.clone(), path.to_owned());
        move || Program::from_file(&runtime, path)
    });
    let quick = match output.shows_progress() {
        true => tokio::time::timeout(QUIET, &mut loading).await.ok(),
        false => None,
    };
    let told = quick.is_none() && output.shows_progress();
    if told {
        output.progress(&format!("compiling {} ... ", path.display()));
    }
    let loaded = match quick {
        Some(loaded) => loaded,
        None => loading.await,
    };
    let seconds = started.elapsed().as_secs_f64();
    if told {
        output.progress(&format!("{seconds:.1} s\n"));
    }
    tracing::info!(component = %path.display(), cached = runtime.cache_hits() > 0, "loaded in {seconds:.3} s");
    let loaded =
        loaded.map_err(|error| Failure::new(Exit::Storage, "runtime", format!("compiling failed: {error}")))?;
    loaded.map_err(|error| match Failure::from(error) {
        // Its message has the path.
        failure if failure.kind == "io" => failure,
        failure => failure.about(path.display()),
    })
}
