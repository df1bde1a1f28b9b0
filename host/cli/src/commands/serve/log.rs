//! A line for each request, written by a thread of its own: a reader that does not read holds up no answer.

use std::{
    io::Write as _,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
    time::{Duration, UNIX_EPOCH},
};

use larder::http::{Access, AccessLog};
use serde_json::json;

use crate::{
    exit::Exit,
    failure::{Failure, Result},
    text,
};

/// Lines that wait to be written; further ones are lost, and counted.
const WAITING: usize = 10_000;

/// How long the end waits for the last lines to be written.
const LAST_LINES: Duration = Duration::from_secs(2);

pub(super) struct Log {
    lines: SyncSender<Access>,
    lost: Arc<AtomicU64>,
    written: Receiver<()>,
}

impl Log {
    pub(super) fn start(json: bool) -> Result<Log> {
        let (lines, waiting) = sync_channel(WAITING);
        let (tell_written, written) = sync_channel(0);
        let work = move || {
            write(&waiting, json);
            drop(tell_written);
        };
        thread::Builder::new()
            .name("access-log".into())
            .spawn(work)
            .map_err(|error| Failure::new(Exit::Storage, "runtime", format!("no thread could be started: {error}")))?;
        Ok(Log { lines, lost: Arc::default(), written })
    }

    pub(super) fn writer(&self) -> AccessLog {
        let (lines, lost) = (self.lines.clone(), self.lost.clone());
        Arc::new(move |access| {
            if lines.try_send(access.clone()).is_err() {
                lost.fetch_add(1, Ordering::Relaxed);
            }
        })
    }

    /// Write what is left.
    pub(super) fn finish(self) {
        drop(self.lines);
        let lost = self.lost.load(Ordering::Relaxed);
        if lost > 0 {
            tracing::warn!(lost, "lines of the access log were lost: nobody read them");
        }
        // It ends without a word when the thread does; a reader that does not read is not waited for.
        let _ = self.written.recv_timeout(LAST_LINES);
    }
}

fn write(waiting: &Receiver<Access>, json: bool) {
    let stdout = std::io::stdout();
    while let Ok(access) = waiting.recv() {
        let mut out = std::io::BufWriter::new(stdout.lock());
        let mut written = writeln!(out, "{}", line(&access, json));
        for access in waiting.try_iter() {
            written = written.and_then(|()| writeln!(out, "{}", line(&access, json)));
        }
        if written.and_then(|()| out.flush()).is_err() {
            // Nobody reads it any more; serving goes on.
            return;
        }
    }
}

fn line(access: &Access, json: bool) -> String {
    let millis = access.time.duration_since(UNIX_EPOCH).map_or(0, |time| time.as_millis());
    let time = text::moment(i64::try_from(millis).unwrap_or(i64::MAX));
    let tenant = access.tenant.as_ref().map(|tenant| tenant.as_str());
    if json {
        return json!({
            "time": time,
            "client": access.client,
            "tenant": tenant,
            "method": access.method.as_str(),
            "path": access.path,
            "status": access.status,
            "outcome": access.outcome.as_str(),
            "received": access.received,
            "sent": access.sent,
            "ms": access.duration.as_secs_f64() * 1e3,
        })
        .to_string();
    }
    format!(
        "{time} {} {} {} {} {} {} {}B {}B {:.1}ms",
        access.client,
        tenant.unwrap_or("-"),
        access.method,
        text::shown(&access.path),
        access.status,
        access.outcome.as_str(),
        access.received,
        access.sent,
        access.duration.as_secs_f64() * 1e3,
    )
}
