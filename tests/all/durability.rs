//! What a guest was told is stored is there after the host was killed.
//!
//! The host that is killed is this test binary itself, started again for one of its tests. `LARDER_KILLS` says how many
//! times (10 unless set; `cargo xtask crash` sets more), `LARDER_SEED` repeats a run.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use larder::{Config, Grant, Larder, Store, Tenant, TenantId};

use crate::support::{Host, Run, TENANT, plugin};

foreach_durability!(assert_test_exists);

/// Tells the process that is to be killed where its root is.
const ROOT: &str = "LARDER_CRASH_ROOT";

/// Kills of one root, before the next ones get a new one: checking all that is there takes longer and longer.
const KILLS_OF_A_ROOT: u64 = 50;

/// Tells it which program its guests run.
const PROGRAM: &str = "LARDER_CRASH_PROGRAM";

/// The group that the bucket of the label `default` is.
const BUCKET: &str = "default";

/// A guest that writes while others do.
struct Writer {
    program: &'static str,
    tenant: &'static str,
    name: &'static str,
}

const WRITERS: [Writer; 9] = [
    Writer { program: "durability_writes", tenant: TENANT, name: "anna" },
    Writer { program: "durability_writes", tenant: TENANT, name: "bert" },
    Writer { program: "durability_writes", tenant: TENANT, name: "carl" },
    Writer { program: "durability_writes", tenant: "second", name: "dora" },
    Writer { program: "durability_writes_files", tenant: TENANT, name: "emil" },
    Writer { program: "durability_writes_files", tenant: TENANT, name: "fred" },
    Writer { program: "durability_writes_files", tenant: "second", name: "gina" },
    Writer { program: "durability_writes_standard", tenant: TENANT, name: "hans" },
    Writer { program: "durability_writes_standard", tenant: "second", name: "ida" },
];

fn writers(program: &str) -> impl Iterator<Item = &'static Writer> {
    WRITERS.iter().filter(move |writer| writer.program == program)
}

/// Not a test: the host that is killed. Without a root it does nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the other tests here start it"]
async fn host_to_be_killed() {
    let Some(root) = std::env::var_os(ROOT) else { return };
    let program = std::env::var(PROGRAM).unwrap();
    let larder = Larder::open(root, Config::new()).unwrap();
    let runs: Vec<_> = writers(&program).map(|writer| tokio::spawn(write(larder.clone(), writer))).collect();
    for run in runs {
        run.await.unwrap();
    }
}

async fn write(larder: Larder, writer: &'static Writer) {
    let tenant = larder.tenant(&TenantId::parse(writer.tenant).unwrap());
    let grant = Grant::store(tenant.store()).files(tenant.files().unwrap());
    let setup = Run::new(writer.program).arg(writer.name).grant("default", grant).setup().inherit_stdio();
    let ended = plugin(writer.program).run_command(setup).await;
    panic!("{} ended: {ended:?}", writer.program);
}

#[test]
fn durability_writes() {
    kill_and_verify("durability_writes");
}

#[test]
fn durability_writes_files() {
    kill_and_verify("durability_writes_files");
}

#[test]
fn durability_writes_standard() {
    kill_and_verify("durability_writes_standard");
}

fn kill_and_verify(program: &str) {
    let kills = variable("LARDER_KILLS").unwrap_or(10);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let seed = variable("LARDER_SEED").unwrap_or(now.as_micros() as u64);
    println!("{program}: {kills} kills with LARDER_SEED={seed}");
    let mut chance = Chance(seed);
    let (mut acknowledged, mut left) = (0, kills);
    while left > 0 {
        let root = tempfile::tempdir().unwrap();
        for _ in 0..left.min(KILLS_OF_A_ROOT) {
            let lines = run_and_kill(root.path(), program, 1 + chance.below(200));
            acknowledged += lines.len();
            verify(root.path(), &lines);
            left -= 1;
        }
    }
    println!("{program}: {kills} kills, {acknowledged} acknowledged writes, and all of them are there");
}

pub(crate) fn variable(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{name} is a number, not {value}")))
}

/// Let a host work until its guests have been told of so many writes, kill it, and answer all that they were told of.
fn run_and_kill(root: &Path, program: &str, writes: u64) -> Vec<String> {
    let mut host = Command::new(std::env::current_exe().unwrap())
        .args(["durability::host_to_be_killed", "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .env(ROOT, root)
        .env(PROGRAM, program)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(host.stdout.take().unwrap());
    let mut acknowledged = Vec::new();
    let mut line = String::new();
    let mut killed = false;
    // What was said before the kill is still to be read after it.
    while output.read_line(&mut line).unwrap() > 0 {
        // A line that was cut off by the kill says nothing.
        if line.ends_with('\n') && ["w ", "t ", "f ", "k ", "b ", "i "].iter().any(|mark| line.starts_with(mark)) {
            acknowledged.push(line.trim_end().to_owned());
        }
        line.clear();
        if !killed && acknowledged.len() as u64 >= writes {
            host.kill().unwrap();
            killed = true;
        }
    }
    let ended = host.wait_with_output().unwrap();
    assert!(killed, "the host ended by itself: {}", String::from_utf8_lossy(&ended.stderr));
    acknowledged
}

/// All that was acknowledged is there, no transaction is there by half, and the counters agree.
fn verify(root: &Path, lines: &[String]) {
    let larder = Larder::open(root, Config::new()).unwrap();
    let tenant = |writer: &Writer| (writer.tenant, larder.tenant(&TenantId::parse(writer.tenant).unwrap()));
    let tenants: BTreeMap<&str, Tenant> = WRITERS.iter().map(tenant).collect();
    for line in lines {
        let parts: Vec<&str> = line.split(' ').collect();
        let [what, name, n] = parts[..] else { panic!("{line}") };
        let writer = WRITERS.iter().find(|writer| writer.name == name).unwrap();
        let (tenant, number) = (&tenants[writer.tenant], n.parse::<u64>().unwrap());
        match what {
            "w" => assert_eq!(get(&tenant.store(), &format!("single-{name}"), n).as_deref(), Some(n)),
            "t" => {
                let last = get(&tenant.store(), &format!("pair-{name}"), "left").unwrap();
                assert!(last.parse::<u64>().unwrap() >= number, "{line}, but the last one is {last}");
            }
            "f" => verify_file(tenant, name, number),
            "k" => assert_eq!(get(&tenant.store(), BUCKET, &format!("{name}/{n}")).as_deref(), Some(n)),
            _ => {
                let key = if what == "b" { "left" } else { "count" };
                let last = get(&tenant.store(), BUCKET, &format!("{name}/{key}")).unwrap();
                assert!(last.parse::<u64>().unwrap() >= number, "{line}, but the last one is {last}");
            }
        }
    }
    for tenant in tenants.values() {
        let report = tenant.check().unwrap();
        assert!(report.problems.is_empty(), "{:?}", report.problems);
        let files = tenant.files().unwrap();
        assert_eq!(files.usage().unwrap(), files.ledger().recount().unwrap());
        verify_transactions(&tenant.store());
    }
    let unfinished = root.join("tenants").join(TENANT).join("tmp");
    assert_eq!(std::fs::read_dir(unfinished).unwrap().count(), 0, "what was being written is cleared away");
}

fn verify_transactions(store: &Store) {
    let mut sum = 0;
    for Writer { name, .. } in WRITERS {
        let pair = format!("pair-{name}");
        assert_eq!(get(store, &pair, "left"), get(store, &pair, "right"), "{pair}");
        let half = |half: &str| get(store, BUCKET, &format!("{name}/{half}"));
        assert_eq!(half("left"), half("right"), "a batch of {name} is torn");
        sum += get(store, "counters", name).map_or(0, |count| count.parse().unwrap());
    }
    let shared: u64 = get(store, "counters", "shared").map_or(0, |count| count.parse().unwrap());
    assert_eq!(shared, sum, "one step of the shared counter for each of a writer's own");
}

/// The file has the content of write `n`, or of a later one of the same file, whole.
fn verify_file(tenant: &Tenant, name: &str, n: u64) {
    let content = tenant.files().unwrap().read(&format!("{name}/{}", n % 5)).unwrap();
    assert_eq!(content.len(), 20_000, "{name} {n}");
    let first = content[0];
    assert!(content.iter().all(|byte| *byte == first), "{name} {n} is mixed of two");
}

fn get(store: &Store, group: &str, key: &str) -> Option<String> {
    store.get(group, key).unwrap().map(|value| String::from_utf8(value).unwrap())
}

/// Numbers by chance that a seed repeats (xorshift).
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 |= 1;
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

/// A host that stops in good order leaves one file a tenant, that can be copied as it is.
#[test]
fn a_clean_stop_leaves_the_database_in_one_file() {
    let host = Host::new();
    host.store().set("g", "k", b"v").unwrap();
    host.store().get("g", "k").unwrap();
    host.stopped(|directory| {
        let left = |name: &str| directory.join(name).exists();
        assert!(left("store.db") && !left("store.db-wal") && !left("store.db-shm"));
    });
}
