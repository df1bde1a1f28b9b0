//! A server that answers what a test says.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

use flate2::read::GzDecoder;

/// What came in.
#[derive(Clone, Debug)]
pub(super) struct Request {
    /// The path with the query.
    pub(super) target: String,
    /// Names in lower case.
    pub(super) headers: HashMap<String, String>,
    /// Without the compression.
    pub(super) body: String,
}

/// What goes out: the head behind `HTTP/1.1 `, and a body. `None` hangs up.
pub(super) type Answer = Option<(&'static str, String)>;

type Rule = dyn Fn(usize, &Request) -> Answer + Send + Sync;

/// What a connection is wrapped in.
pub(super) trait Stream: Read + Write {}

impl<S: Read + Write> Stream for S {}

pub(super) type Wrap = dyn Fn(TcpStream) -> Box<dyn Stream> + Send + Sync;

pub(super) struct Server {
    port: u16,
    requests: Arc<Mutex<Vec<Request>>>,
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// Rows are taken.
pub(super) fn taken() -> Answer {
    Some(("204 No Content", String::new()))
}

pub(super) fn answer(head: &'static str, body: &str) -> Answer {
    Some((head, body.into()))
}

impl Server {
    /// The number that the rule gets is that of the request, from 0.
    pub(super) fn start(rule: impl Fn(usize, &Request) -> Answer + Send + Sync + 'static) -> Server {
        Server::wrapped(Box::new(|stream| Box::new(stream)), rule)
    }

    pub(super) fn wrapped(wrap: Box<Wrap>, rule: impl Fn(usize, &Request) -> Answer + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (requests, ended) = (Arc::<Mutex<Vec<Request>>>::default(), Arc::new(AtomicBool::new(false)));
        let (seen, over, rule): (_, _, Arc<Rule>) = (requests.clone(), ended.clone(), Arc::new(rule));
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                let mut stream = wrap(stream.unwrap());
                // A client that hangs up, or does not trust the certificate, is no failure of the server.
                let _ = serve(stream.as_mut(), &seen, rule.as_ref());
            }
        });
        Server { port, requests, ended, thread: Some(thread) }
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(super) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// The lines of all requests that came in.
    pub(super) fn lines(&self) -> Vec<String> {
        self.requests().iter().flat_map(|request| request.body.lines().map(str::to_owned)).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        // Wakes it.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || thread::panicking(), "the server failed");
        }
    }
}

/// One request of a connection.
fn serve(stream: &mut dyn Stream, seen: &Mutex<Vec<Request>>, rule: &Rule) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(());
    }
    let target = line.strip_prefix("POST ").unwrap().split(' ').next().unwrap().to_owned();
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_lowercase(), value.to_owned());
    }
    let length = headers["content-length"].parse().unwrap();
    let mut compressed = vec![0; length];
    reader.read_exact(&mut compressed)?;
    let mut body = String::new();
    GzDecoder::new(&compressed[..]).read_to_string(&mut body)?;
    let request = Request { target, headers, body };
    let number = {
        let mut seen = seen.lock().unwrap();
        seen.push(request.clone());
        seen.len() - 1
    };
    let Some((head, body)) = rule(number, &request) else { return Ok(()) };
    let length = body.len();
    let stream = reader.get_mut();
    write!(stream, "HTTP/1.1 {head}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")?;
    stream.flush()
}
