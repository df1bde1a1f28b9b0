//! What delivery costs those who commit: `cargo run --release --package larder-engine --example delivery-cost`.
//!
//! Each round appends the same rows, a commit each, without delivery, with a receiver that takes everything, and with one that
//! never answers, in alternating order. A table of medians is printed.
#![allow(clippy::unwrap_used)]

use std::{
    sync::{Arc, Condvar, Mutex},
    time::{Duration, Instant},
};

use larder_engine::{
    Config, DeliveryBatch, DeliveryConfig, Durability, JournalConfig, Larder, Refusal, Sink, TenantId,
};

const ROUNDS: usize = 15;
const ROWS: usize = 500;

#[derive(Clone, Copy)]
enum Receiver {
    None,
    Takes,
    Hangs,
}

/// Takes everything at once, or answers when it is let go.
struct Bench {
    hangs: bool,
    let_go: Mutex<bool>,
    changed: Condvar,
}

impl Sink for Bench {
    fn deliver(&self, _batch: &DeliveryBatch<'_>) -> Result<(), Refusal> {
        let let_go = self.let_go.lock().unwrap();
        drop(self.changed.wait_while(let_go, |let_go| self.hangs && !*let_go).unwrap());
        Ok(())
    }
}

fn round(receiver: Receiver, durability: Durability) -> Duration {
    let root = tempfile::tempdir().unwrap();
    let journal = JournalConfig { deliver: !matches!(receiver, Receiver::None), ..JournalConfig::default() };
    let larder = Larder::open(root.path().join("data"), Config::new().durability(durability).journal(journal)).unwrap();
    let hangs = matches!(receiver, Receiver::Hangs);
    let sink = Arc::new(Bench { hangs, let_go: Mutex::new(false), changed: Condvar::new() });
    if !matches!(receiver, Receiver::None) {
        larder.deliver_to(sink.clone(), DeliveryConfig::new()).unwrap();
    }
    let journal = larder.tenant(&TenantId::parse("acme").unwrap()).store().journal();
    // Opens the tenant, and makes the marker.
    journal.append("first", "{}", &[].into()).unwrap();
    let begun = Instant::now();
    for _ in 0..ROWS {
        journal.append("import", r#"{"rows": 12, "ok": true}"#, &[("source".into(), "crm".into())].into()).unwrap();
    }
    let taken = begun.elapsed();
    *sink.let_go.lock().unwrap() = true;
    sink.changed.notify_all();
    larder.close();
    taken / u32::try_from(ROWS).unwrap()
}

fn main() {
    println!("durability  receiver   a commit   ratio");
    for durability in [Durability::Full, Durability::Normal] {
        let kinds = [(Receiver::None, "none"), (Receiver::Takes, "takes"), (Receiver::Hangs, "hangs")];
        let mut times = [const { Vec::new() }; 3];
        for n in 0..ROUNDS {
            for turn in 0..kinds.len() {
                let at = (n + turn) % kinds.len();
                times[at].push(round(kinds[at].0, durability));
            }
        }
        let medians = times.map(|mut times| {
            times.sort_unstable();
            times[times.len() / 2]
        });
        for ((_, name), median) in kinds.iter().zip(medians) {
            let ratio = median.as_secs_f64() / medians[0].as_secs_f64();
            println!("{durability:<10?}  {name:<8}  {:>6.1} us   {ratio:.2}", median.as_secs_f64() * 1e6);
        }
    }
}
