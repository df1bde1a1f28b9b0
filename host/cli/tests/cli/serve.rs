//! `larder serve`, as a process: tenants, signals, kills, reloads, the log, health and metrics.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    process::{Child, ChildStdout, Command, Stdio},
    sync::mpsc,
    thread,
};

use crate::harness::{Cli, guest};

/// A server of a test; killed when the test fails.
struct Server {
    child: Child,
    address: SocketAddr,
    admin: Option<SocketAddr>,
    log: Option<BufReader<ChildStdout>>,
    /// What it says on standard error.
    said: mpsc::Receiver<String>,
}

impl Server {
    /// At ports that are free. The words are those after `larder serve`.
    fn start(cli: &Cli, arguments: &[&str]) -> Server {
        let mut all = vec!["serve", "--address", "127.0.0.1:0", "--admin", "127.0.0.1:0", "-v"];
        all.extend(arguments);
        let mut command = cli.command(&all);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (tell, said) = mpsc::channel();
        let errors = BufReader::new(child.stderr.take().unwrap());
        thread::spawn(move || errors.lines().map_while(Result::ok).try_for_each(|line| tell.send(line)));
        let log = BufReader::new(child.stdout.take().unwrap());
        let mut server = Server { child, address: ([127, 0, 0, 1], 0).into(), admin: None, log: Some(log), said };
        if arguments.contains(&"--json") {
            let told: serde_json::Value = serde_json::from_str(&server.says("\"serving\"")).unwrap();
            let at = |name: &str| told["serving"][name].as_str().unwrap().parse().unwrap();
            (server.address, server.admin) = (at("address"), Some(at("admin")));
            return server;
        }
        let at = |line: &str| line.rsplit_once("http://").unwrap().1.parse().unwrap();
        server.address = at(&server.says(" at http://"));
        server.admin = Some(at(&server.says("health and metrics at http://")));
        server
    }

    /// Wait for a line with this on standard error.
    fn says(&self, part: &str) -> String {
        let mut before = Vec::new();
        while let Ok(line) = self.said.recv() {
            if line.contains(part) {
                return line;
            }
            before.push(line);
        }
        panic!("it ended without {part:?}: {before:#?}");
    }

    fn ask(&self, method: &str, target: &str, headers: &str, body: &str) -> (u16, String) {
        ask(self.address, method, target, headers, body).expect("there is an answer")
    }

    /// Ask until an instance is used again, which it is as soon as it has nothing left to do.
    fn is_asked_again(&self) {
        assert!((0..1_000).any(|_| self.ask("GET", "/answered", "", "").1 != "1"), "no instance is used again");
    }

    fn admin(&self, target: &str) -> (u16, String) {
        ask(self.admin.unwrap(), "GET", target, "", "").expect("there is an answer")
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.log.as_mut().unwrap().read_line(&mut line).unwrap();
        line
    }

    #[cfg(unix)]
    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    fn ended(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The status and the body; none when the connection ended before the answer had.
fn ask(address: SocketAddr, method: &str, target: &str, headers: &str, body: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(address).ok()?;
    let length = body.len();
    let request = format!(
        "{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    if head.to_ascii_lowercase().contains("transfer-encoding: chunked") {
        return Some((status, unchunked(body)?));
    }
    Some((status, body.to_owned()))
}

fn unchunked(mut rest: &str) -> Option<String> {
    let mut text = String::new();
    loop {
        let (length, after) = rest.split_once("\r\n")?;
        let length = usize::from_str_radix(length, 16).ok()?;
        if length == 0 {
            return Some(text);
        }
        text.push_str(after.get(..length)?);
        rest = after.get(length + 2..)?;
    }
}

#[test]
fn a_component_is_served_to_tenants_by_path() {
    let cli = Cli::new();
    let component = guest("serve_incoming");
    let mut server =
        Server::start(&cli, &[&component, "--grant", "default", "--tenant-from", "path", "--create-tenants"]);
    assert_eq!(server.ask("PUT", "/acme/entries/colour?secret", "", "blue"), (200, "colour".into()));
    assert_eq!(server.ask("GET", "/acme/entries/colour", "", ""), (200, "blue".into()));
    assert_eq!(server.ask("GET", "/beta/entries/colour", "", "").0, 404);
    assert_eq!(server.ask("GET", "/%2e%2e/entries/colour", "", "").0, 404);
    let line = server.line();
    assert!(line.contains(" acme PUT /acme/entries/colour 200 answered 4B 6B ") && !line.contains("secret"), "{line}");
    assert_eq!(server.admin("/healthz"), (200, "ok\n".into()));
    assert_eq!(server.admin("/readyz"), (200, "ready\n".into()));
    assert_eq!(server.admin("/nothing").0, 404);
    let metrics = server.admin("/metrics").1;
    let counted = "larder_http_requests_total{plugin=\"serve_incoming\",status=\"2xx\",outcome=\"answered\"} 2";
    assert!(metrics.contains(counted) && metrics.contains("larder_guest_calls_total"), "{metrics}");
    #[cfg(unix)]
    {
        server.signal("TERM");
        assert_eq!(server.ended(), Some(0));
        cli.run(&["get", "-t", "acme", "entries", "colour"]).ok().prints("blue");
    }
}

#[test]
fn larder_toml_says_how_to_serve() {
    let cli = Cli::new();
    cli.manifest(&format!(
        "[serve]\ntenant = {{ from = \"header\", name = \"x-tenant\" }}\ncreate-tenants = true\n\
         tenants = [\"acme\"]\nlimits = {{ request-bytes = 10 }}\n\
         [plugin.notes]\ncomponent = {:?}\n[plugin.notes.grants.default]\n",
        guest("serve_handler")
    ));
    let mut server = Server::start(&cli, &["notes", "--json"]);
    let acme = "X-Tenant: acme\r\n";
    assert_eq!(server.ask("PUT", "/entries/colour", acme, "blue"), (200, "colour".into()));
    assert_eq!(server.ask("PUT", "/entries/colour", acme, "eleven char").0, 413);
    assert_eq!(server.ask("PUT", "/entries/colour", "X-Tenant: beta\r\n", "blue").0, 404);
    let line: serde_json::Value = serde_json::from_str(&server.line()).unwrap();
    assert_eq!((&line["tenant"], &line["status"], &line["outcome"]), (&"acme".into(), &200.into(), &"answered".into()));
}

#[test]
fn what_cannot_be_served_is_told() {
    let cli = Cli::new();
    let component = guest("serve_incoming");
    cli.run(&["serve", &guest("store_get_and_set"), "--grant", "default"]).ended(10).says(&["does not answer HTTP"]);
    cli.run(&["serve", &component]).ended(3).says(&["larder:store/store@0.1.0", "--grant default"]);
    cli.run(&["serve", &component, "--tenant-from", "host"]).ended(2).says(&["host:DOMAIN"]);
    cli.run(&["serve", &component, "--grant", "default", "--outgoing", "http://x"]).ended(2).says(&["is not a host"]);
    cli.run(&["run", &component, "--grant", "default"]).ended(3).says(&["wasi:http/types", "larder serve"]);
    let inspected = cli.run(&["inspect", &component, "--grant", "default", "--json"]).ok().json();
    assert_eq!((&inspected["handler"], &inspected["missing"]), (&true.into(), &serde_json::json!([])));
    cli.manifest(
        "[serve]\ntenant = { from = \"token\", algorithm = \"HS256\", key-file = \"key\", claim = \"tenant\" }\n",
    );
    cli.run(&["serve", &component, "--grant", "default"]).ended(1).says(&["key"]);
    cli.write("key", b"short\n");
    cli.run(&["serve", &component, "--grant", "default"]).ended(2).says(&["at least 32"]);
}

#[cfg(unix)]
#[test]
fn a_component_is_loaded_anew() {
    let cli = Cli::new();
    let copy = |name: &str| {
        // Put in its place as a whole, as a build does.
        std::fs::copy(guest(name), cli.path("new.wasm")).unwrap();
        std::fs::rename(cli.path("new.wasm"), cli.path("app.wasm")).unwrap();
    };
    cli.manifest("[serve]\nwatch = \"10ms\"\n");
    copy("serve_incoming");
    let server = Server::start(&cli, &["app.wasm", "--grant", "default", "--tenant", "acme"]);
    assert_eq!(server.ask("GET", "/answered", "", "").1, "1");
    assert_eq!(server.ask("GET", "/answered", "", "").1, "1");
    copy("serve_handler");
    server.says("loaded anew");
    assert_eq!(server.ask("GET", "/answered", "", "").1, "1");
    server.is_asked_again();
    cli.write("app.wasm", b"nonsense");
    server.says("not loaded, the old one is served");
    server.is_asked_again();
    server.signal("HUP");
    server.says("not loaded, the old one is served");
    copy("serve_handler");
    server.says("loaded anew");
    server.signal("HUP");
    server.says("loaded anew");
    assert_eq!(server.ask("GET", "/answered", "", "").1, "1");
}

/// Writers that write until the server is gone; the keys of what was answered.
fn load(address: SocketAddr) -> Vec<thread::JoinHandle<Vec<String>>> {
    let write = move |writer: usize| {
        let mut keys = Vec::new();
        for n in 0.. {
            let key = format!("{writer}-{n}");
            match ask(address, "PUT", &format!("/entries/{key}"), "", &key) {
                Some(answer) => assert_eq!(answer, (200, key.clone())),
                None => break,
            }
            keys.push(key);
        }
        keys
    };
    (0..8).map(|writer| thread::spawn(move || write(writer))).collect()
}

#[cfg(unix)]
fn ended_under_load(signal: &str, component: &str) -> Option<i32> {
    let cli = Cli::new();
    let mut server = Server::start(&cli, &[&guest(component), "--grant", "default", "--tenant", "acme"]);
    let writers = load(server.address);
    for _ in 0..100 {
        server.line();
    }
    // What it prints from now on is read, so that it need not wait for anybody.
    let mut log = server.log.take().unwrap();
    let reader = thread::spawn(move || log.read_to_end(&mut Vec::new()));
    server.signal(signal);
    let status = server.ended();
    reader.join().unwrap().unwrap();
    let keys: Vec<String> = writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect();
    assert!(keys.len() >= 100 - 8, "{}", keys.len());
    let listed = cli.run(&["list", "entries", "-t", "acme"]).ok();
    let stored: std::collections::HashSet<&str> = listed.text().lines().collect();
    for key in &keys {
        assert!(stored.contains(key.as_str()), "{key} was answered and is not there");
    }
    cli.run(&["check", "-t", "acme"]).ok();
    status
}

#[cfg(unix)]
#[test]
fn a_server_that_is_told_to_end_loses_no_write_that_it_answered() {
    assert_eq!(ended_under_load("TERM", "serve_incoming"), Some(0));
    assert_eq!(ended_under_load("INT", "serve_handler"), Some(0));
}

#[cfg(unix)]
#[test]
fn a_server_that_is_killed_loses_no_write_that_it_answered() {
    assert_eq!(ended_under_load("KILL", "serve_incoming"), None);
    assert_eq!(ended_under_load("KILL", "serve_handler"), None);
}

#[test]
fn the_guest_book_keeps_a_book_for_each_tenant() {
    let cli = Cli::new();
    let book = guest("guestbook");
    let server = Server::start(&cli, &[&book, "--grant", "default", "--tenant-from", "path", "--create-tenants"]);
    assert_eq!(server.ask("POST", "/acme/", "", "Hello <b>"), (201, "1\n".into()));
    assert_eq!(server.ask("POST", "/acme/", "", "Hello again"), (201, "2\n".into()));
    assert_eq!(server.ask("POST", "/beta/", "", "Somebody else"), (201, "1\n".into()));
    assert_eq!(server.ask("POST", "/acme/", "", "").0, 400);
    assert_eq!(server.ask("GET", "/acme/2", "", ""), (200, "Hello again".into()));
    assert_eq!(server.ask("GET", "/acme/3", "", "").0, 404);
    let (status, page) = server.ask("GET", "/acme", "", "");
    assert_eq!(status, 200);
    assert!(page.contains("<li value=2>Hello again\n<li value=1>Hello &lt;b&gt;\n"), "{page}");
    assert!(!page.contains("Somebody"), "{page}");
}
