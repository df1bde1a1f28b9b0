//! Triggers whose host is killed again and again while their tenants are written to: each change is told at least once and in
//! order, and how far a trigger has come, with what it put aside, is never behind what was seen before.
//!
//! The host that is killed is this test binary, started again. `LARDER_KILLS` says how many times (8 unless set),
//! `LARDER_SEED` repeats a run.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use larder::engine::ParkedEvent;
use larder::triggers::{Backoff, Trigger, Triggers};
use larder::{Config, Larder, Quota, Store, Tenant, TenantId};

use crate::durability::{Chance, variable};
use crate::support::{PATIENCE, scope};
use crate::triggers::mirror_within;

/// Tells the process that is to be killed where its root is.
const ROOT: &str = "LARDER_TRIGGERS_ROOT";

const TENANTS: [&str; 2] = ["first", "second"];

/// Each so many changes, one that the program cannot take.
const BAD: u64 = 7;

const BACKOFF: Backoff = Backoff { attempts: 2, first: Duration::from_millis(1), longest: Duration::from_millis(1) };

/// What was seen of a tenant, at the moment of the last kill or before.
#[derive(Default)]
struct Seen {
    written: u64,
    position: u64,
    parked: BTreeSet<i64>,
}

fn trigger(larder: &Larder) -> Trigger {
    mirror_within(larder, PATIENCE).backoff(BACKOFF).items(5)
}

fn tenant(larder: &Larder, name: &str) -> Tenant {
    larder.tenant(&TenantId::parse(name).unwrap())
}

fn part(tenant: &Tenant, name: &str) -> Store {
    tenant.scope(scope(name), Quota::default())
}

fn key(number: u64) -> String {
    format!("{number:06}")
}

/// How many changes were written; they are numbered from 1.
fn written(source: &Store) -> u64 {
    source.count("good").unwrap() + source.get("bad", "bad").unwrap().map_or(0, |n| parsed(&n))
}

fn parsed(number: &[u8]) -> u64 {
    str::from_utf8(number).unwrap().parse().unwrap()
}

fn position(tenant: &Tenant) -> u64 {
    tenant.consumers().unwrap().first().map_or(0, |consumer| consumer.position)
}

/// Not a test: the host that is killed. Without a root it does nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the other test here starts it"]
async fn host_to_be_killed() {
    let Some(root) = std::env::var_os(ROOT) else { return };
    let larder = Larder::open(root, Config::new()).unwrap();
    let _triggers = Triggers::start(&larder, vec![trigger(&larder)], None).unwrap();
    let writers = TENANTS.map(|name| {
        let tenant = tenant(&larder, name);
        tokio::task::spawn_blocking(move || write_for_ever(name, &tenant))
    });
    for writer in writers {
        writer.await.unwrap();
    }
}

/// Tells of each change once it is stored, and of what is durable of the trigger.
fn write_for_ever(name: &str, tenant: &Tenant) {
    let source = part(tenant, "source");
    let mut number = written(&source);
    loop {
        number += 1;
        if number.is_multiple_of(BAD) {
            source.set("bad", "bad", (number / BAD).to_string().as_bytes()).unwrap();
        } else {
            source.set("good", &key(number), b"").unwrap();
        }
        let line = format!("seen {name} {number} {}\n", position(tenant));
        // One write, so that a kill leaves whole lines. A parent that has gone needs nothing any more.
        let _ = std::io::stdout().write_all(line.as_bytes());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn triggers_go_on_after_kills() {
    let kills = variable("LARDER_KILLS").unwrap_or(8);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let seed = variable("LARDER_SEED").unwrap_or(now.as_micros() as u64);
    println!("{kills} kills with LARDER_SEED={seed}");
    let mut chance = Chance(seed);
    let root = tempfile::tempdir().unwrap();
    let mut seen: BTreeMap<&str, Seen> = TENANTS.map(|name| (name, Seen::default())).into();
    for _ in 0..kills {
        run_and_kill(root.path(), 1 + chance.below(80), &mut seen);
        let larder = Larder::open(root.path(), Config::new()).unwrap();
        for (name, seen) in &mut seen {
            verify(&tenant(&larder, name), seen);
        }
    }

    let larder = Larder::open(root.path(), Config::new()).unwrap();
    let triggers = Triggers::start(&larder, vec![trigger(&larder)], None).unwrap();
    tokio::time::timeout(PATIENCE, triggers.settled()).await.expect("it settles");
    for (name, seen) in &mut seen {
        let tenant = tenant(&larder, name);
        verify(&tenant, seen);
        let told: BTreeSet<u64> = told(&tenant).into_iter().collect();
        let good: BTreeSet<u64> = (1..=seen.written).filter(|number| !number.is_multiple_of(BAD)).collect();
        assert_eq!(told, good, "{name}: each change was told");
        assert_eq!(seen.parked.len() as u64, seen.written / BAD, "{name}: each bad one is put aside, once");
        assert!(seen.written > 0, "{name} was written to");
        assert!(tenant.check().unwrap().problems.is_empty());
    }
    let written: Vec<u64> = seen.values().map(|seen| seen.written).collect();
    println!("{kills} kills, {written:?} changes, each told in order");
}

/// Let a host work until it has told of so many changes, and kill it.
fn run_and_kill(root: &Path, changes: u64, seen: &mut BTreeMap<&str, Seen>) {
    let mut host = Command::new(std::env::current_exe().unwrap())
        .args(["triggers_killed::host_to_be_killed", "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .env(ROOT, root)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(host.stdout.take().unwrap());
    let mut line = String::new();
    let mut count = 0;
    // What was said before the kill is still to be read after it.
    while output.read_line(&mut line).unwrap() > 0 {
        // The first line is behind what the test harness says of the test.
        if let (true, Some((_, said))) = (line.ends_with('\n'), line.split_once("seen ")) {
            let [name, number, position] = said.trim_end().split(' ').collect::<Vec<_>>().try_into().unwrap();
            let seen = seen.get_mut(name).unwrap();
            seen.written = seen.written.max(number.parse().unwrap());
            seen.position = seen.position.max(position.parse().unwrap());
            count += 1;
            if count == changes {
                host.kill().unwrap();
            }
        }
        line.clear();
    }
    let ended = host.wait_with_output().unwrap();
    assert!(count >= changes, "the host ended by itself: {}", String::from_utf8_lossy(&ended.stderr));
}

/// The numbers that the program was told, in the order in which it was.
fn told(tenant: &Tenant) -> Vec<u64> {
    let mirror = part(tenant, "mirror");
    let mut told = Vec::new();
    loop {
        let page = mirror.page("order", told.len() as u64, 1_000).unwrap().entries;
        if page.is_empty() {
            return told;
        }
        told.extend(page.into_iter().map(|entry| parsed(&entry.value.unwrap())));
    }
}

/// Compares what is there with what was seen before, and remembers it.
fn verify(tenant: &Tenant, seen: &mut Seen) {
    let (source, position) = (part(tenant, "source"), position(tenant));
    assert!(position >= seen.position, "the trigger is at {position}, and was at {}", seen.position);
    // The last one may have been stored before the host could tell.
    let written = written(&source);
    assert!((seen.written..=seen.written + 1).contains(&written), "{written} written, {} seen", seen.written);

    let told = told(tenant);
    let mut last: u64 = 0;
    for number in &told {
        let next = if (last + 1).is_multiple_of(BAD) { last + 2 } else { last + 1 };
        assert!(*number <= next, "told of {number} after {last}: {told:?}");
        last = last.max(*number);
    }
    for number in (1..=written).filter(|number| !number.is_multiple_of(BAD)) {
        let version = source.entry("good", &key(number)).unwrap().unwrap().version;
        assert!(version > position || number <= last, "{number} is behind the position, and was not told");
    }
    assert!(!part(tenant, "mirror").group_exists("gaps").unwrap());

    let parked = tenant.parked_events(None, 0, 1_000).unwrap();
    let versions: BTreeSet<u64> = parked.iter().map(|parked| parked.event.version).collect();
    assert_eq!(versions.len(), parked.len(), "one change is put aside twice: {parked:?}");
    assert!(parked.iter().all(is_bad), "{parked:?}");
    let ids: BTreeSet<i64> = parked.iter().map(|parked| parked.id).collect();
    assert!(ids.is_superset(&seen.parked), "{:?} were put aside, and now are {ids:?}", seen.parked);
    *seen = Seen { written, position, parked: ids };
}

fn is_bad(parked: &ParkedEvent) -> bool {
    parked.event.key == "bad" && parked.attempts == BACKOFF.attempts
}
