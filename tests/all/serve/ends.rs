//! Reloads and ends while requests come: each request gets its answer or none at all, and each write that was answered is there.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::task::JoinHandle;

use super::BOTH;
use super::harness::{Client, Options, Served, handler};
use crate::support::{Host, TENANT};

/// Clients that write without a pause.
struct Load {
    writers: Vec<JoinHandle<Vec<String>>>,
    answered: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
}

impl Load {
    fn start(address: SocketAddr, writers: usize) -> Load {
        let (answered, stop) = (Arc::<AtomicU64>::default(), Arc::<AtomicBool>::default());
        let write = |writer| tokio::spawn(write(address, writer, answered.clone(), stop.clone()));
        let writers = (0..writers).map(write).collect();
        Load { writers, answered, stop }
    }

    /// Wait until so many more writes were answered.
    async fn go_on(&self, more: u64) {
        let target = self.answered.load(Ordering::Relaxed) + more;
        while self.answered.load(Ordering::Relaxed) < target {
            tokio::task::yield_now().await;
        }
    }

    /// The keys of all writes that were answered.
    async fn end(self) -> Vec<String> {
        self.stop.store(true, Ordering::Relaxed);
        let mut keys = Vec::new();
        for writer in self.writers {
            keys.extend(writer.await.unwrap());
        }
        keys
    }
}

async fn write(address: SocketAddr, writer: usize, answered: Arc<AtomicU64>, stop: Arc<AtomicBool>) -> Vec<String> {
    let mut keys = Vec::new();
    let mut client = None;
    for n in 0.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        if client.is_none() {
            client = Client::try_connect(address).await;
        }
        let Some(connected) = &mut client else { break };
        let key = format!("{writer}-{n}");
        match connected.ask("PUT", &format!("/entries/{key}"), &[("x-tenant", TENANT)], &key).await {
            Some(said) => {
                assert_eq!((said.status, said.text.as_str()), (200, key.as_str()));
                keys.push(key);
                answered.fetch_add(1, Ordering::Relaxed);
            }
            // A connection without a request may be closed at any time.
            None => client = None,
        }
    }
    keys
}

fn verify(host: &Host, keys: &[String]) {
    let store = host.store();
    for key in keys {
        assert_eq!(store.get("entries", key).unwrap().as_deref(), Some(key.as_bytes()), "{key} was answered");
    }
    host.check();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_drops_no_request() {
    for program in BOTH {
        let served = Served::start(program, Options::default()).await;
        let load = Load::start(served.address, 16);
        for n in 0..20 {
            load.go_on(20).await;
            served.service.reload(handler(BOTH[n % 2]));
        }
        load.go_on(50).await;
        let keys = load.end().await;
        // Not one of them was cut, and no connection either.
        let outcomes = served.outcomes(keys.len()).await;
        assert!(outcomes.iter().all(|outcome| *outcome == "answered"));
        assert_eq!(outcomes.len(), keys.len());
        let (host, drained) = served.end().await;
        assert_eq!((drained.cut, drained.guests_left), (0, false));
        verify(&host, &keys);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_ends_on_the_component_that_it_began_on() {
    let served = Served::start("serve_handler", Options::default()).await;
    assert_eq!(served.ask("GET", "/answered", "").await.text, "1");
    served.idle(1).await;
    assert_eq!(served.ask("GET", "/answered", "").await.text, "2");
    served.service.reload(handler("serve_incoming"));
    assert_eq!(served.ask("GET", "/answered", "").await.text, "1");
    assert_eq!(served.ask("GET", "/answered", "").await.text, "1");
    served.service.settled().await;
    assert_eq!(served.service.idle_instances(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_under_load_loses_no_write_that_was_answered() {
    for program in BOTH {
        let served = Served::start(program, Options::default()).await;
        let load = Load::start(served.address, 16);
        load.go_on(200).await;
        let (host, drained) = served.end().await;
        assert_eq!((drained.cut, drained.guests_left), (0, false), "{program}");
        let keys = load.end().await;
        assert!(keys.len() >= 200);
        verify(&host, &keys);
        // As after a restart.
        let host = host.stopped(|_| {});
        verify(&host, &keys);
    }
}
