//! Components of other languages than Rust, made by those languages' own tools: `cargo xtask languages` builds them.
//!
//! Each language has a program that checks what its package promises on a real store, and an example that works for two
//! tenants.

use std::time::Duration;

use larder::testing::{Kit, Suite};
use larder::{Grant, Instance, Interface, Interfaces, Program};
use wasmtime::component::Val;

use crate::support::{Host, Run, TENANT, guest, plugin, runtime};

/// A second tenant, beside the one that programs run for.
const OTHER: &str = "other";

fn with(run: Run, arguments: &[&str]) -> Run {
    arguments.iter().fold(run, |run, argument| run.arg(argument))
}

/// Run a language's checks for two tenants, and see that each has what it said of itself, and what the other did not say.
async fn checks(program: &'static str, number: usize) {
    let host = Host::new();
    for tenant in [TENANT, OTHER] {
        let output = host.run_for(tenant, program).arg(tenant).passes().await;
        let done = output.lines().filter(|line| line.starts_with("ok ")).count();
        assert_eq!(done, number, "{program} said:\n{output}");
        let store = host.tenant(tenant).store();
        assert_eq!(store.get("run", "for").unwrap().as_deref(), Some(tenant.as_bytes()), "{program}");
        assert!(host.tenant(tenant).check().unwrap().problems.is_empty(), "{program}");
    }
}

#[tokio::test]
async fn the_package_for_python_does_what_it_promises() {
    checks("python_checks", 7).await;
}

#[tokio::test]
async fn the_package_for_javascript_does_what_it_promises() {
    checks("js_checks", 7).await;
}

#[tokio::test]
async fn the_header_for_c_does_what_it_promises() {
    checks("c_checks", 4).await;
}

/// A lost update would be a count too low.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn programs_in_four_languages_count_together_and_lose_nothing() {
    let host = Host::new();
    let steps = 25;
    let programs = ["python_checks", "js_checks", "c_checks"];
    let counting = programs.map(|program| host.run(program).arg("count").arg(steps).start());
    let rust = [(); 2].map(|()| host.run("atomics_contended").arg(steps).start());
    for run in counting.into_iter().chain(rust) {
        assert_ends!(run.ends().await, Ok(0));
    }
    let counted = (5 * steps).to_string();
    for key in ["by increment", "by swap"] {
        let value = host.store().get("counters", key).unwrap();
        assert_eq!(value.as_deref(), Some(counted.as_bytes()), "{key}");
    }
    host.check();
}

const RSS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>News</title>
  <item><guid>1</guid><title>First  post</title><pubDate>Tue, 24 Nov 2026 23:30:00 -0100</pubDate>
    <category>Wasm</category><category>rust</category></item>
  <item><guid>2</guid><title>Zweiter &#228;</title><pubDate>Wed, 25 Nov 2026 10:00:00 GMT</pubDate><category>wasm</category></item>
</channel></rss>"#;

const ATOM: &str = r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>Notes</title>
  <entry><id>urn:1</id><title>Atom</title><link href="https://example.org/1"/><updated>2026-11-26T08:00:00Z</updated>
    <category term="databases"/></entry></feed>"#;

#[tokio::test]
async fn the_inbox_in_python_keeps_each_item_once_for_each_tenant() {
    let host = Host::new();
    let inbox = |tenant, arguments: &[&str]| with(host.run_for(tenant, "inbox"), arguments);
    let mine = |arguments: &[&str]| inbox(TENANT, arguments);
    assert_eq!(mine(&["add"]).input(RSS).passes().await, "2 new, 0 changed, 0 known\n");
    assert_eq!(mine(&["add"]).input(RSS).passes().await, "0 new, 0 changed, 2 known\n");
    let changed = RSS.replace("<category>rust</category>", "").replace("First", "1st");
    assert_eq!(mine(&["add"]).input(changed).passes().await, "0 new, 1 changed, 1 known\n");
    assert_eq!(mine(&["add"]).input(ATOM).passes().await, "1 new, 0 changed, 0 known\n");
    assert_eq!(inbox(OTHER, &["add"]).input(ATOM).passes().await, "1 new, 0 changed, 0 known\n");

    let listed = mine(&["list"]).passes().await;
    let titles: Vec<&str> = listed.lines().map(|line| &line[14..]).collect();
    assert_eq!(titles, ["2026-11-26  Atom", "2026-11-25  Zweiter \u{e4}", "2026-11-25  1st post"]);
    assert_eq!(mine(&["tags"]).passes().await, "    2  wasm\n    1  databases\n");
    let newest = &listed[..12];
    mine(&["read", newest]).passes().await;
    assert_eq!(mine(&["tags"]).passes().await, "    2  wasm\n");
    assert_eq!(mine(&["list", "--tag", "databases"]).passes().await, "");
    assert_eq!(inbox(OTHER, &["tags"]).passes().await, "    1  databases\n");

    let store = host.store();
    assert_eq!(store.get("tags", "wasm").unwrap().as_deref(), Some(&b"2"[..]));
    assert_eq!((store.count("items").unwrap(), store.count("by-time").unwrap()), (3, 3));
    assert_eq!(host.tenant(OTHER).store().count_all("").unwrap(), 3);
    host.check();
}

#[tokio::test]
async fn the_inbox_in_python_says_what_is_wrong_and_keeps_nothing() {
    let host = Host::new();
    let input = RSS.replace("</channel>", "");
    let ended = assert_ends!(host.run("inbox").arg("add").input(input).ends().await, Ok(1));
    assert!(ended.stderr.starts_with("inbox: the input is not XML: "), "{ended}");
    let ended = assert_ends!(host.run("inbox").arg("add").input("<html></html>").ends().await, Ok(1));
    assert_eq!(ended.stderr, "inbox: the input is neither RSS nor Atom, but <html>\n");
    let ended = assert_ends!(host.run("inbox").arg("read").arg("none").ends().await, Ok(1));
    assert_eq!(ended.stderr, "inbox: there is no item none: `list` shows the ids\n");
    let ended = assert_ends!(host.run("inbox").arg("find").ends().await, Ok(1));
    assert!(ended.stderr.contains("invalid choice: 'find'"), "{ended}");
    assert_eq!(host.store().count_all("").unwrap(), 0);

    let read_only = Grant::store(host.store()).read_only();
    let ended = assert_ends!(host.run("inbox").arg("add").grant("default", read_only).input(RSS).ends().await, Ok(1));
    assert!(ended.stderr.starts_with("inbox: access denied"), "{ended}");
}

/// A site's sessions, kept by the example in JavaScript.
struct Sessions {
    instance: Instance,
}

impl Sessions {
    async fn open(host: &Host, tenant: &str) -> Sessions {
        let setup = Run::new("sessions").grant("default", Grant::store(host.tenant(tenant).store())).setup();
        Sessions { instance: plugin("sessions").instantiate(setup).await.unwrap() }
    }

    async fn call(&mut self, name: &str, arguments: &[Val]) -> Result<Val, String> {
        match self.instance.call(name, arguments).await.unwrap().pop() {
            Some(Val::Result(Ok(Some(value)))) => Ok(*value),
            Some(Val::Result(Err(Some(refused)))) => Err(string(*refused)),
            other => panic!("{name} answered {other:?}"),
        }
    }

    /// The case that an attempt to log in came to, and its text or number.
    async fn login(&mut self, address: &str, verified: bool) -> (String, Option<Val>) {
        let arguments = [Val::String("ada".into()), Val::String(address.into()), Val::Bool(verified)];
        match self.call("login", &arguments).await.unwrap() {
            Val::Variant(case, value) => (case, value.map(|value| *value)),
            other => panic!("{other:?}"),
        }
    }

    /// A new session's token.
    async fn begin(&mut self) -> Val {
        let (case, token) = self.login("10.0.0.1", true).await;
        assert_eq!(case, "token");
        token.unwrap()
    }

    /// The data of a session, if it is there.
    async fn data(&mut self, token: &Val) -> Option<String> {
        let Val::Option(session) = self.call("use-session", std::slice::from_ref(token)).await.unwrap() else {
            panic!()
        };
        let Val::Record(fields) = *session? else { panic!() };
        assert_eq!(fields[0], ("user".into(), Val::String("ada".into())));
        fields.into_iter().find_map(|(name, value)| (name == "data").then(|| string(value)))
    }
}

fn string(value: Val) -> String {
    let Val::String(text) = value else { panic!("{value:?} is no text") };
    text
}

fn some(text: &str) -> Val {
    Val::Option(Some(Box::new(Val::String(text.into()))))
}

#[tokio::test]
async fn the_sessions_in_javascript_last_while_they_are_used() {
    let host = Host::new();
    let (mut mine, mut theirs) = (Sessions::open(&host, TENANT).await, Sessions::open(&host, OTHER).await);
    let token = mine.begin().await;
    assert_eq!(theirs.data(&token).await, None, "a session is its tenant's");
    let minutes = |number: u64| host.clock.advance(Duration::from_secs(60 * number));
    minutes(29);
    assert_eq!(mine.data(&token).await.as_deref(), Some("{}"));
    minutes(29);
    let patch = |text: &str| [token.clone(), Val::String(text.into())];
    assert_eq!(mine.call("update", &patch(r#"{"cart":[1],"x":0}"#)).await, Ok(some(r#"{"cart":[1],"x":0}"#)));
    assert_eq!(mine.call("update", &patch(r#"{"x":null}"#)).await, Ok(some(r#"{"cart":[1]}"#)));
    minutes(29);
    assert_eq!(mine.data(&token).await.as_deref(), Some(r#"{"cart":[1]}"#));
    let refused = mine.call("update", &patch("[]")).await;
    assert_eq!(refused, Err("the patch is no JSON object".into()));
    minutes(30);
    assert_eq!(mine.data(&token).await, None, "nobody used it");
    assert_eq!(host.store().count("users").unwrap(), 0);

    let (first, second) = (mine.begin().await, mine.begin().await);
    assert_eq!(host.store().count("sessions").unwrap(), 2);
    assert_eq!(mine.call("logout", std::slice::from_ref(&first)).await, Ok(Val::Bool(true)));
    assert_eq!(mine.call("logout", &[first]).await, Ok(Val::Bool(false)));
    assert_eq!(mine.call("logout-everywhere", &[Val::String("ada".into())]).await, Ok(Val::U32(1)));
    assert_eq!(mine.data(&second).await, None);
    assert_eq!(host.store().count_all("").unwrap(), 0);
    host.check();
}

#[tokio::test]
async fn the_sessions_in_javascript_bound_how_often_somebody_tries() {
    let host = Host::new();
    let mut sessions = Sessions::open(&host, TENANT).await;
    for _ in 0..5 {
        assert_eq!(sessions.login("10.0.0.9", false).await, ("again".into(), None));
    }
    host.clock.advance(Duration::from_secs(20));
    let waits = ("wait".to_owned(), Some(Val::U64(40_000)));
    assert_eq!(sessions.login("10.0.0.9", true).await, waits, "a right password too");
    assert_eq!(sessions.login("10.0.0.8", false).await.0, "again", "another address");
    assert_eq!(Sessions::open(&host, OTHER).await.login("10.0.0.9", true).await.0, "token", "another tenant");
    host.clock.advance(Duration::from_secs(40));
    assert_eq!(sessions.login("10.0.0.9", true).await.0, "token");
    assert!(!host.store().exists("attempts", "10.0.0.9").unwrap(), "who got in starts afresh");

    let refused = sessions.call("login", &[Val::String("a b".into()), Val::String("".into()), Val::Bool(true)]).await;
    assert_eq!(refused, Err("a user has a name of 1 to 200 characters without spaces".into()));
    // What larder refuses is answered by its text too.
    let read_only = Run::new("sessions").grant("default", Grant::store(host.store()).read_only()).setup();
    let mut refused = Sessions { instance: plugin("sessions").instantiate(read_only).await.unwrap() };
    let arguments = [Val::String("ada".into()), Val::String("".into()), Val::Bool(true)];
    assert!(refused.call("login", &arguments).await.unwrap_err().starts_with("access denied"));
}

#[tokio::test]
async fn the_index_in_c_finds_words_by_how_they_start() {
    let host = Host::new();
    let words = |tenant, arguments: &[&str]| with(host.run_for(tenant, "words"), arguments);
    let mine = |arguments: &[&str]| words(TENANT, arguments);
    let text = b"Caf\xc3\xa9, caf\xff CAR car; \xc3\x84rger!\xc3".as_slice();
    assert_eq!(mine(&["add", "one"]).input(text).passes().await, "one: 5 words, 4 of them different\n");
    assert_eq!(mine(&["add", "two"]).input("car").passes().await, "two: 1 words, 1 of them different\n");
    assert_eq!(words(OTHER, &["add", "one"]).input("theirs").passes().await, "one: 1 words, 1 of them different\n");
    let found = mine(&["find", "ca", "\u{c4}"]).passes().await;
    assert_eq!(found, "1\tcaf\tone\n1\tcaf\u{e9}\tone\n2\tcar\tone\n1\tcar\ttwo\n1\t\u{c4}rger\tone\n");
    assert_eq!(mine(&["find", "theirs"]).passes().await, "");

    // In the place of what it had.
    assert_eq!(mine(&["add", "one"]).input("new").passes().await, "one: 1 words, 1 of them different\n");
    assert_eq!(mine(&["find", ""]).passes().await, "1\tcar\ttwo\n1\tnew\tone\n");
    assert_eq!(mine(&["list"]).passes().await, "1\tone\n1\ttwo\n");
    assert_eq!(host.store().get("words", "new\tone").unwrap().as_deref(), Some(&b"1"[..]));
    let ended = assert_ends!(mine(&["remove", "one", "none"]).ends().await, Ok(1));
    assert_eq!(ended.stderr, "words: there is no document none\n");
    assert_eq!(host.store().count_all("").unwrap(), 3);
    host.check();
}

#[tokio::test]
async fn the_index_in_c_takes_files_of_any_size_and_says_what_is_wrong() {
    let host = Host::new();
    let text: String = (0..20_000).map(|n| format!("word{n} ")).collect();
    let output = host.run("words").arg("add").arg("many").input(text).passes().await;
    assert_eq!(output, "many: 20000 words, 20000 of them different\n");
    assert_eq!(host.run("words").arg("find").arg("word1999").passes().await.lines().count(), 11);
    host.run("words").arg("remove").arg("many").passes().await;
    assert_eq!(host.store().count_all("").unwrap(), 0);
    host.check();

    let ended = assert_ends!(host.run("words").arg("add").arg("a\nb").ends().await, Ok(1));
    assert!(ended.stderr.starts_with("words: a document's name has 1 to 1024 bytes"), "{ended}");
    let ended = assert_ends!(host.run("words").ends().await, Ok(1));
    assert!(ended.stderr.starts_with("usage: words add"), "{ended}");
    let ended = assert_ends!(Run::new("words").arg("list").ends().await, Ok(1));
    assert!(ended.stderr.starts_with("words: access denied"), "{ended}");
}

/// No tool adds an import that the host does not give, and that of C leaves out what is not used.
#[test]
fn the_components_import_what_they_use() {
    let database = ["atomics", "batch", "transactions"].as_slice();
    for (name, expected) in [("inbox", database), ("sessions", database), ("words", &["batch", "transactions"])] {
        let bytes = std::fs::read(guest(name)).unwrap();
        let program = Program::from_bytes(runtime(), &bytes).unwrap();
        let missing = program.missing(&Interfaces::of([Interface::Store]));
        let mut names: Vec<&str> = missing.iter().map(|import| import.name.as_str()).collect();
        names.sort_unstable();
        let expected: Vec<_> = expected.iter().map(|interface| format!("larder:store/{interface}@0.1.0")).collect();
        assert_eq!(names, expected, "{name}");
    }
}

/// Each example has tests in its own language, which `larder test` runs.
async fn passes_its_tests(plugin: &str, tests: &str, number: usize) {
    let program = |name| Program::from_file(runtime(), guest(name)).unwrap();
    let suite = Suite::new(&program(plugin), &Interfaces::all(), Some(&program(tests)), Kit::builder()).unwrap();
    assert_eq!(suite.tests().count(), number);
    for test in suite.tests() {
        let verdict = suite.run(test).await;
        let errors = String::from_utf8_lossy(&verdict.output.1);
        assert_eq!(verdict.result, Ok(()), "{test}: {errors}\n{:?}", verdict.calls);
    }
}

#[tokio::test]
async fn the_inbox_passes_its_tests_in_python() {
    passes_its_tests("inbox", "inbox_tests", 3).await;
}

#[tokio::test]
async fn the_sessions_pass_their_tests_in_javascript() {
    passes_its_tests("sessions", "sessions_tests", 3).await;
}

#[tokio::test]
async fn the_words_pass_their_tests_in_c() {
    passes_its_tests("words", "words_tests", 3).await;
}
