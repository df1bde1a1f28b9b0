//! --metrics and --otlp.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Command, Stdio},
    sync::mpsc,
    thread,
};

use crate::harness::{Cli, guest};

/// An address that is free for now.
fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

fn scraped(address: SocketAddr) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_running_plugin_can_be_scraped() {
    let cli = Cli::new();
    cli.manifest(&format!(
        "[metrics]\ntenants = 1\n[plugin.writer]\ncomponent = {:?}\ntenant = \"acme\"\n[plugin.writer.grants.default]",
        guest("durability_writes")
    ));
    let address = free();
    let mut command = cli.command(&["run", "writer", "--metrics", &address.to_string(), "--", "me"]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    // By then it has written.
    assert_eq!(lines.next().unwrap().unwrap(), "w me 1");
    let text = scraped(address);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(text.starts_with("HTTP/1.1 200 OK"), "{text}");
    let value = |start: &str| -> f64 {
        let line = text.lines().find(|line| line.starts_with(start)).unwrap_or_else(|| panic!("no {start} in {text}"));
        line.rsplit(' ').next().unwrap().parse().unwrap()
    };
    let labels = "{interface=\"store\",function=\"set\",plugin=\"writer\",tenant=\"acme\",outcome=\"ok\"}";
    assert!(value(&format!("larder_guest_calls_total{labels}")) >= 1.0);
    let duration = "{interface=\"store\",function=\"set\",plugin=\"writer\",le=\"+Inf\"}";
    assert!(value(&format!("larder_guest_call_seconds_bucket{duration}")) >= 1.0);
    assert!(value("larder_operations_total{operation=\"set\",tenant=\"acme\"}") >= 1.0);
    assert_eq!(value("larder_open_tenants"), 1.0);
    assert!(text.contains("# HELP larder_guest_calls_total Calls of guests that ended"), "{text}");
}

#[test]
fn an_address_that_is_taken_is_told() {
    let cli = Cli::with_acme();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let error = cli.run(&["list", "-t", "acme", "--metrics", &address, "--json"]).ended(7).json_error();
    assert_eq!(error["kind"], "telemetry");
    assert!(error["message"].as_str().unwrap().contains(&address), "{error}");
    cli.run(&["list", "-t", "acme", "--metrics", "somewhere"]).ended(2);
    cli.run(&["list", "-t", "acme", "--otlp", "localhost:4318"]).ended(2).says(&["http://localhost:4318"]);
}

/// Takes what is sent to it, until it is told nothing more.
struct Collector {
    url: String,
    requests: mpsc::Receiver<Request>,
}

/// The path, the type and the content.
type Request = (String, String, Vec<u8>);

impl Collector {
    fn start() -> Collector {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (send, requests) = mpsc::channel();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let send = send.clone();
                thread::spawn(move || serve(stream.unwrap(), &send));
            }
        });
        Collector { url, requests }
    }

    /// What came so far, by path.
    fn received(&self) -> BTreeMap<String, Vec<Vec<u8>>> {
        let mut received: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
        for (path, kind, body) in self.requests.try_iter() {
            assert_eq!(kind, "application/x-protobuf");
            received.entry(path).or_default().push(body);
        }
        received
    }
}

/// Answer the requests of a connection. Each is passed on before it is answered.
fn serve(stream: TcpStream, requests: &mpsc::Sender<Request>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut answers = stream;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let path = line.split(' ').nth(1).unwrap().to_owned();
        let (mut length, mut kind) = (0, String::new());
        loop {
            let mut header = String::new();
            reader.read_line(&mut header).unwrap();
            let Some((name, value)) = header.trim().split_once(": ") else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse().unwrap(),
                "content-type" => kind = value.to_owned(),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        if requests.send((path, kind, body)).is_err() {
            return;
        }
        answers.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
    }
}

/// The parts of a message of Protocol Buffers that have a length, by their field.
fn parts(mut message: &[u8]) -> Vec<(u64, &[u8])> {
    fn number(bytes: &mut &[u8]) -> u64 {
        let mut number = 0;
        for shift in (0..).step_by(7) {
            let byte;
            (byte, *bytes) = bytes.split_first().unwrap();
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        number
    }
    let mut parts = Vec::new();
    while !message.is_empty() {
        let tag = number(&mut message);
        let length = match tag & 7 {
            0 => {
                number(&mut message);
                continue;
            }
            1 => 8,
            2 => usize::try_from(number(&mut message)).unwrap(),
            5 => 4,
            other => panic!("{other} is no kind of a field"),
        };
        let (part, rest) = message.split_at(length);
        if tag & 7 == 2 {
            parts.push((tag >> 3, part));
        }
        message = rest;
    }
    parts
}

/// What is at the end of a path of fields.
fn at<'a>(message: &'a [u8], path: &[u64]) -> Vec<&'a [u8]> {
    let Some((first, rest)) = path.split_first() else { return vec![message] };
    parts(message).into_iter().filter(|(field, _)| field == first).flat_map(|(_, part)| at(part, rest)).collect()
}

fn texts(messages: &[Vec<u8>], path: &[u64]) -> Vec<String> {
    let found = messages.iter().flat_map(|message| at(message, path));
    found.map(|text| String::from_utf8(text.to_vec()).unwrap()).collect()
}

/// Attributes are pairs of a key and a value, which is a message with a text.
fn attributes(messages: &[Vec<u8>], path: &[u64]) -> Vec<(String, String)> {
    let pairs = messages.iter().flat_map(|message| at(message, path));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    pairs.filter_map(|pair| Some((text(at(pair, &[1]).first()?), text(at(pair, &[2, 1]).first()?)))).collect()
}

#[test]
fn spans_and_metrics_are_sent_to_a_collector_before_the_command_ends() {
    let cli = Cli::with_acme();
    let collector = Collector::start();
    let program = guest("store_get_and_set");
    // Both at once, so that each gets what the other gets.
    let address = free().to_string();
    let run =
        ["run", &program, "-t", "acme", "--grant", "default=inv", "--otlp", &collector.url, "--metrics", &address];
    let ran = cli.run(&run).ok();
    assert_eq!(ran.stderr(), "");
    let received = collector.received();
    let (spans, metrics) = (&received["/v1/traces"], &received["/v1/metrics"]);
    for messages in [spans, metrics] {
        let resource = attributes(messages, &[1, 1, 1]);
        assert!(resource.contains(&("service.name".into(), "larder".into())), "{resource:?}");
    }
    let names = texts(spans, &[1, 2, 2, 5]);
    for name in ["larder run", "store.open", "store.set", "store.get", "update", "view"] {
        assert!(names.iter().any(|found| found == name), "no {name} in {names:?}");
    }
    let about = attributes(spans, &[1, 2, 2, 9]);
    for (key, value) in [("tenant", "acme"), ("plugin", "store_get_and_set"), ("outcome", "ok"), ("function", "set")] {
        assert!(about.contains(&(key.into(), value.into())), "no {key} {value} in {about:?}");
    }
    let measured = texts(metrics, &[1, 2, 2, 1]);
    for name in
        ["larder_guest_calls_total", "larder_operations_total", "larder_operation_seconds", "larder_open_tenants"]
    {
        assert!(measured.iter().any(|found| found == name), "no {name} in {measured:?}");
    }
}

/// Interrupt a command once it has printed a line, and answer its status.
#[cfg(unix)]
fn interrupted(mut command: Command) -> Option<i32> {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    child.wait().unwrap().code()
}

#[cfg(unix)]
#[test]
fn what_was_measured_is_sent_when_the_user_interrupts() {
    let cli = Cli::with_acme();
    let collector = Collector::start();
    let watch = cli.command(&["watch", "-t", "acme", "--from", "1", "--otlp", &collector.url]);
    assert_eq!(interrupted(watch), Some(0));
    assert!(texts(&collector.received()["/v1/traces"], &[1, 2, 2, 5]).iter().any(|name| name == "larder watch"));

    let collector = Collector::start();
    let program = guest("events_next_waits");
    let run = cli.command(&["run", &program, "-t", "acme", "--grant", "default", "--otlp", &collector.url]);
    assert_eq!(interrupted(run), Some(130));
    assert!(texts(&collector.received()["/v1/traces"], &[1, 2, 2, 5]).iter().any(|name| name == "larder run"));
}

#[test]
fn a_collector_that_is_not_there_fails_no_command() {
    let cli = Cli::with_acme();
    let url = format!("http://{}", free());
    let ran = cli.run(&["get", "-t", "acme", "config", "colour", "--otlp", &url]).ok().prints("blue");
    assert!(ran.stderr().contains("was not sent") && ran.stderr().contains(&url), "{}", ran.stderr());
}
