//! What programs that answer HTTP have in common: they store, tell what they saw, and go wrong in each way there is.

mod handler;
mod incoming;

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use larder_guest::{Result, Store};

pub use self::{handler::Handler, incoming::Incoming};

/// A request, whole.
struct Question {
    method: String,
    /// With what follows a question mark.
    target: String,
    authority: String,
    headers: Vec<(String, String)>,
    /// Or why it could not be read.
    body: Result<Vec<u8>, String>,
}

/// What to do about it.
enum Answer {
    /// A status and a body.
    Whole(u16, Vec<u8>),
    /// So many bytes.
    Large(u64),
    /// Some bytes, and then a trap.
    Broken,
    /// The answer first, and then an entry under this key.
    WriteAfter(String),
    /// Ask this host, and answer its status, or that it was denied.
    Ask(String),
    /// No answer at all.
    None,
}

/// What is sent at once of a large answer.
const PIECE: usize = 4096;

/// Requests that this instance was given.
static ANSWERED: AtomicU64 = AtomicU64::new(0);

fn answer(question: &Question) -> Answer {
    ANSWERED.fetch_add(1, Ordering::Relaxed);
    let (path, query) = question.target.split_once('?').unwrap_or((&question.target, ""));
    let body = match &question.body {
        Ok(body) => body.as_slice(),
        Err(error) => return Answer::Whole(400, error.clone().into_bytes()),
    };
    match (question.method.as_str(), path.trim_start_matches('/').split_once('/').unwrap_or((&path[1..], ""))) {
        ("PUT", ("entries", key)) => stored(put(key, body)),
        ("GET", ("entries", key)) => stored(get(key)),
        ("POST", ("count", _)) => stored(count()),
        (_, ("seen", _)) => Answer::Whole(200, seen(question).into_bytes()),
        (_, ("answered", _)) => Answer::Whole(200, ANSWERED.load(Ordering::Relaxed).to_string().into_bytes()),
        (_, ("status", status)) => Answer::Whole(status.parse().expect("a status"), Vec::new()),
        (_, ("large", bytes)) => Answer::Large(bytes.parse().expect("a number")),
        (_, ("broken", _)) => Answer::Broken,
        (_, ("after", key)) => Answer::WriteAfter(key.to_owned()),
        (_, ("ask", _)) => Answer::Ask(query.to_owned()),
        (_, ("none", _)) => Answer::None,
        (_, ("trap", _)) => panic!("on purpose"),
        (_, ("write-and-trap", key)) => {
            write_and_trap(key);
            Answer::None
        }
        (_, ("loop", _)) => loop {
            std::hint::spin_loop();
        },
        (_, ("sleep", _)) => loop {
            std::thread::sleep(std::time::Duration::from_secs(60));
        },
        _ => Answer::Whole(404, b"there is nothing".to_vec()),
    }
}

fn stored(result: Result<Answer>) -> Answer {
    result.unwrap_or_else(|error| Answer::Whole(507, error.to_string().into_bytes()))
}

fn put(key: &str, value: &[u8]) -> Result<Answer> {
    Store::default_store()?.set("entries", key, value)?;
    Ok(Answer::Whole(200, key.as_bytes().to_vec()))
}

fn get(key: &str) -> Result<Answer> {
    let value = Store::default_store()?.get("entries", key)?;
    Ok(value.map_or(Answer::Whole(404, Vec::new()), |value| Answer::Whole(200, value)))
}

fn count() -> Result<Answer> {
    let count = Store::default_store()?.increment("counters", "requests", 1)?;
    Ok(Answer::Whole(200, count.to_string().into_bytes()))
}

/// In a transaction that nobody ends.
fn write_and_trap(key: &str) {
    let store = Store::default_store().expect("it is granted");
    let tx = store.begin().expect("it begins");
    tx.set("entries", key, "half").expect("it is written");
    panic!("on purpose");
}

/// What the guest saw of the request, a line each.
fn seen(question: &Question) -> String {
    let mut text = format!("{} {} {}\n", question.method, question.authority, question.target);
    for (name, value) in &question.headers {
        writeln!(text, "{name}: {value}").expect("a string takes it");
    }
    text
}

/// Write what is to be written once the answer has gone.
fn write_after(key: &str) {
    Store::default_store().and_then(|store| store.set("entries", key, "after")).expect("it is granted");
}
