use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, RecvTimeoutError},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use wasmtime::{Engine, EngineWeak};

/// A thread that moves the epochs of engines on, so that running guests look at the time. It ends with this value.
pub(crate) struct Ticker {
    engines: Arc<Mutex<Vec<EngineWeak>>>,
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Ticker {
    pub(crate) fn start(engine: &Engine, tick: Duration) -> io::Result<Ticker> {
        let engines = Arc::new(Mutex::new(vec![engine.weak()]));
        let ticked = engines.clone();
        let (stop, stopped) = mpsc::channel();
        let thread = thread::Builder::new().name("larder-ticker".into()).spawn(move || {
            while stopped.recv_timeout(tick) == Err(RecvTimeoutError::Timeout) {
                for engine in ticked.lock().unwrap_or_else(PoisonError::into_inner).iter() {
                    if let Some(engine) = engine.upgrade() {
                        engine.increment_epoch();
                    }
                }
            }
        })?;
        Ok(Ticker { engines, stop: Some(stop), thread: Some(thread) })
    }

    /// Move another engine's epoch on too.
    pub(crate) fn add(&self, engine: &Engine) {
        self.engines.lock().unwrap_or_else(PoisonError::into_inner).push(engine.weak());
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        // Closing the channel wakes the thread.
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thread_ends_with_the_ticker() {
        let ticker = Ticker::start(&Engine::default(), Duration::from_secs(3600)).unwrap();
        drop(ticker);
    }
}
