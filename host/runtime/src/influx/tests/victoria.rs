//! A real server: VictoriaMetrics, which takes the write API of InfluxDB v2.
//!
//! It keeps numbers alone, as floats, truth values as 1 and 0, texts as 0, and times to the millisecond; a point becomes a series
//! `MEASUREMENT_FIELD` for each field. What is read back is compared with that of what was committed.

use std::{
    collections::BTreeMap,
    env,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::Instant,
};

use super::*;

/// The program, as Debian's package has it.
const PROGRAM: &str = "victoria-metrics";

/// The server while it runs.
struct Victoria {
    child: Child,
    port: u16,
}

impl Victoria {
    /// `None` when it is not installed, which CI is not to pass over.
    fn start(storage: &Path, port: u16) -> Option<Victoria> {
        let storage = format!("-storageDataPath={}", storage.to_str().unwrap());
        let listen = format!("-httpListenAddr=127.0.0.1:{port}");
        let mut command = Command::new(PROGRAM);
        command.args([storage, listen, "-retentionPeriod=100y".into()]).stdout(Stdio::null()).stderr(Stdio::null());
        let child = match command.spawn() {
            Ok(child) => child,
            Err(error) => {
                assert!(env::var_os("CI").is_none(), "{PROGRAM} is needed here: {error}");
                println!("skipped: {PROGRAM} is not installed ({error}); `apt-get install victoria-metrics` brings it");
                return None;
            }
        };
        let mut victoria = Victoria { child, port };
        let give_up = Instant::now() + Duration::from_secs(60);
        while victoria.get("/health").as_deref() != Some("OK") {
            assert!(victoria.child.try_wait().unwrap().is_none(), "{PROGRAM} ended");
            assert!(Instant::now() < give_up, "{PROGRAM} does not answer");
            std::thread::yield_now();
        }
        Some(victoria)
    }

    fn get(&self, path: &str) -> Option<String> {
        let url = format!("http://127.0.0.1:{}{path}", self.port);
        ureq::get(url).call().ok()?.body_mut().read_to_string().ok()
    }

    /// The values of each series by time, series by their labels; once there are `values` of them.
    fn exported(&self, values: usize) -> BTreeMap<String, Vec<(i64, f64)>> {
        let give_up = Instant::now() + Duration::from_secs(60);
        loop {
            // What was written is seen a moment later.
            self.get("/internal/force_flush");
            let lines = self.get("/api/v1/export?match[]=%7B__name__!=%22%22%7D&start=0").unwrap_or_default();
            let mut found: BTreeMap<String, Vec<(i64, f64)>> = BTreeMap::new();
            for line in lines.lines() {
                let (labels, values, times) = parsed(line);
                found.entry(labels).or_default().extend(times.into_iter().zip(values));
            }
            found.values_mut().for_each(|values| values.sort_by(|a, b| a.partial_cmp(b).unwrap()));
            if found.values().map(Vec::len).sum::<usize>() == values {
                return found;
            }
            let counts: Vec<_> = found.iter().map(|(series, values)| (series, values.len())).collect();
            assert!(Instant::now() < give_up, "not {values} values: {counts:?}");
            std::thread::yield_now();
        }
    }
}

impl Drop for Victoria {
    /// It writes down what it has when it is asked to end.
    fn drop(&mut self) {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status();
        if !asked.is_ok_and(|status| status.success()) {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

/// A line of an export: `{"metric":{..},"values":[..],"timestamps":[..]}`.
fn parsed(line: &str) -> (String, Vec<f64>, Vec<i64>) {
    let (labels, rest) = line.split_once(",\"values\":[").unwrap();
    let (values, rest) = rest.split_once("],\"timestamps\":[").unwrap();
    let times = rest.split_once(']').unwrap().0;
    let labels = labels.strip_prefix("{\"metric\":").unwrap();
    (
        labels.into(),
        values.split(',').map(|value| value.parse().unwrap()).collect(),
        times.split(',').map(|time| time.parse().unwrap()).collect(),
    )
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn series(measurement: &str, field: &str, tags: &str) -> String {
    format!("{{\"__name__\":\"{measurement}_{field}\",{tags}}}")
}

#[test]
fn what_a_real_server_answers_is_what_was_committed() {
    let (dir, storage, port) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), free_port());
    let Some(victoria) = Victoria::start(storage.path(), port) else { return };
    let (larder, tenant) = larder(dir.path(), "events");
    let mut expected: BTreeMap<String, Vec<(i64, f64)>> = BTreeMap::new();
    // All at once, so that many are of the same millisecond.
    let appended = tenant.store().update(|update| {
        (0..50)
            .map(|n| {
                let fields = format!("{{\"n\":{n},\"real\":{n}.25,\"even\":{},\"s\":\"a \\\"b\\\" {n}\"}}", n % 2 == 0);
                let tags = [("host".to_owned(), "a b,c=d".to_owned()), ("tenant".to_owned(), "other".to_owned())];
                update.journal_append("un it", &fields, &tags.into())
            })
            .collect::<larder_engine::Result<Vec<_>>>()
    });
    let tags = "\"host\":\"a b,c=d\",\"tenant\":\"acme\",\"tenant_\":\"other\"";
    for (n, entry) in appended.unwrap().iter().enumerate() {
        let at = entry.committed_at_ms;
        let even = f64::from(u8::from(n % 2 == 0));
        for (field, value) in [("n", n as f64), ("real", n as f64 + 0.25), ("even", even), ("s", 0.0)] {
            expected.entry(series("un it", field, tags)).or_default().push((at, value));
        }
    }
    let entry = append(&tenant, "other", "{\"tiny\":-1.5e-9}");
    expected.insert(series("other", "tiny", "\"tenant\":\"acme\""), vec![(entry.committed_at_ms, -1.5e-9)]);
    expected.values_mut().for_each(|values| values.sort_by(|a, b| a.partial_cmp(b).unwrap()));

    let endpoint = format!("http://127.0.0.1:{port}");
    let report = deliver_all(&larder, sink(InfluxConfig::new(endpoint, "o")));
    assert_eq!((report.delivered, report.parked), (51, 0));
    assert_eq!(victoria.exported(201), expected);
}

#[test]
fn what_is_committed_while_a_real_server_is_down_is_there_when_it_is_up_again() {
    let (dir, storage, port) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), free_port());
    let Some(victoria) = Victoria::start(storage.path(), port) else { return };
    let (larder, tenant) = larder(dir.path(), "events");
    let endpoint = format!("http://127.0.0.1:{port}");
    larder.deliver_to(Arc::new(sink(InfluxConfig::new(endpoint, "o"))), quick()).unwrap();
    let mut expected = Vec::new();
    let mut commit = |n: u32| {
        let entry = append(&tenant, "m", &format!("{{\"n\":{n}}}"));
        expected.push((entry.committed_at_ms, f64::from(n)));
    };
    commit(0);
    assert_eq!(victoria.exported(1).len(), 1);
    drop(victoria);
    for n in 1..100 {
        commit(n);
    }
    let give_up = Instant::now() + Duration::from_secs(60);
    while tenant.delivery_status().unwrap()[0].error.is_none() {
        assert!(Instant::now() < give_up, "the outage is not told");
        std::thread::yield_now();
    }
    assert_eq!(tenant.delivery_status().unwrap()[0].waiting, 99);
    let Some(victoria) = Victoria::start(storage.path(), port) else { return };
    let found = victoria.exported(100);
    assert_eq!(found, [(series("m", "n", "\"tenant\":\"acme\""), expected)].into());
    larder.close();
}
