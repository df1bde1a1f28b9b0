//! A host that is killed while it delivers: each committed row arrives, in order.
//!
//! `LARDER_KILLS` sets how often, as for the kills of writers.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufRead, BufReader, Write},
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

use larder_engine::TenantId;

use super::*;
use crate::child;

const TENANTS: [&str; 3] = ["acme", "beta", "gamma"];

/// Writes down what comes, a line a row. It fails now and then, also half way through a batch.
struct Register {
    file: Mutex<File>,
    calls: AtomicU64,
}

impl Register {
    fn open(root: &Path) -> Register {
        let file = File::options().create(true).append(true).open(root.join("register")).unwrap();
        Register { file: Mutex::new(file), calls: AtomicU64::new(0) }
    }
}

impl Sink for Register {
    fn deliver(&self, batch: &DeliveryBatch<'_>) -> Result<(), Refusal> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        let mut file = self.file.lock().unwrap();
        for (n, row) in batch.rows.iter().enumerate() {
            if call % 5 == 3 && n == batch.rows.len() / 2 {
                return retry("half way");
            }
            let line = format!("{} {} {} {}\n", batch.tenant, batch.bucket, row.id, row.measurement);
            file.write_all(line.as_bytes()).unwrap();
        }
        if call % 7 == 5 && batch.rows.len() > 1 {
            Err(Refusal::TooLarge { reason: "now and then".into() })
        } else {
            Ok(())
        }
    }
}

fn open_at(root: &Path, bucket: &str) -> Larder {
    let journal = JournalConfig { deliver: true, bucket: bucket.into(), ..JournalConfig::default() };
    // A bound on open tenants, so that some are closed while they have something left.
    Larder::open(root, Config::new().journal(journal).open_tenants(2)).unwrap()
}

fn quick() -> DeliveryConfig {
    DeliveryConfig::new()
        .gather(Duration::ZERO)
        .batch_rows(7)
        .first_wait(Duration::from_millis(1))
        .longest_wait(Duration::from_millis(5))
}

#[test]
#[ignore = "run by another test, which kills it"]
fn the_host_that_is_killed() {
    let Some(argument) = child::argument() else { return };
    let (bucket, root) = argument.split_once(' ').unwrap();
    let larder = open_at(Path::new(root), bucket);
    larder.deliver_to(Arc::new(Register::open(Path::new(root))), quick()).unwrap();
    for n in 0_u64.. {
        let tenant = TENANTS[(n % 3) as usize];
        let store = larder.tenant(&TenantId::parse(tenant).unwrap()).store();
        let appended = store.update(|update| {
            (0..n % 4).map(|_| update.journal_append(&n.to_string(), "{\"v\":1}", &Default::default())).collect()
        });
        let appended: Vec<_> = appended.unwrap();
        for entry in appended {
            child::say(format_args!("{tenant} {bucket} {}", entry.id));
        }
    }
}

/// The numbers of the rows by tenant and bucket, in the order of their first coming.
fn arrived(root: &Path) -> BTreeMap<(String, String), Vec<i64>> {
    let mut found: BTreeMap<(String, String), Vec<i64>> = BTreeMap::new();
    let Ok(file) = File::open(root.join("register")) else { return found };
    for line in BufReader::new(file).lines() {
        let line = line.unwrap();
        // A kill can have cut the last line of a host.
        let [tenant, bucket, id, _] = line.split(' ').collect::<Vec<_>>().try_into().unwrap();
        let rows = found.entry((tenant.into(), bucket.into())).or_default();
        let id = id.parse().unwrap();
        if !rows.contains(&id) {
            rows.push(id);
        }
    }
    found
}

#[test]
fn each_committed_row_arrives_in_order_whenever_the_host_is_killed() {
    let kills = child::kills();
    let place = tempfile::tempdir().unwrap();
    let root = place.path();
    let mut told: BTreeMap<(String, String), Vec<i64>> = BTreeMap::new();
    for kill in 0..kills {
        let argument = format!("b{} {}", kill % 2, root.to_str().unwrap());
        child::kill("delivery::crash::the_host_that_is_killed", &argument, 60, |line| {
            let [tenant, bucket, id] = line.split(' ').collect::<Vec<_>>().try_into().unwrap();
            told.entry((tenant.into(), bucket.into())).or_default().push(id.parse().unwrap());
        });
    }
    // What is left is found by its marks, without looking into each tenant.
    let larder = open_at(root, "b0");
    let report = larder.deliver_now(Arc::new(Register::open(root)), quick(), None, Duration::from_secs(60)).unwrap();
    assert!(report.failed.is_empty() && report.left.is_empty() && report.parked == 0, "{report:?}");
    let arrived = arrived(root);
    for (line, ids) in &told {
        let came = &arrived[line];
        assert!(came.is_sorted(), "{line:?} is out of order");
        let missing: Vec<_> = ids.iter().filter(|id| came.binary_search(id).is_err()).collect();
        assert!(missing.is_empty(), "{line:?} lacks {missing:?}");
    }
    // Also what was committed and could not be told.
    let mut rows = 0;
    for tenant in TENANTS {
        let tenant = larder.tenant(&TenantId::parse(tenant).unwrap());
        assert_eq!(tenant.delivery_status().unwrap(), []);
        let mut query = larder_engine::JournalQuery::default();
        loop {
            let page = tenant.store().journal().query(&query).unwrap();
            for entry in page.entries {
                rows += 1;
                let line = (tenant.id().to_string(), entry.bucket.clone());
                assert!(arrived[&line].binary_search(&entry.id).is_ok(), "{line:?} lacks {}", entry.id);
            }
            query.cursor = page.next;
            if query.cursor.is_none() {
                break;
            }
        }
    }
    assert_eq!(rows, arrived.values().map(Vec::len).sum::<usize>());
    println!("{kills} kills, {rows} rows, all delivered in order");
}
