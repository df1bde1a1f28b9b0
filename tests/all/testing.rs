//! The kit by which plugins are tested: from a component with tests, and from a test in Rust.

use std::time::Duration;

use larder::testing::{Kit, NotATest, Suite, TestFault, Verdict};
use larder::{Clock as _, Interfaces, LoadError, Plugin, Program};
use wasmtime::component::Val;

use crate::support::{guest, plugin, runtime};

foreach_testing!(assert_test_exists);

fn program(name: &str) -> Program {
    Program::from_file(runtime(), guest(name)).unwrap()
}

async fn verdicts(suite: &Suite) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    for test in suite.tests() {
        verdicts.push(suite.run(test).await);
    }
    verdicts
}

#[tokio::test]
async fn testing_kit() {
    let both = program("testing_kit");
    let suite = Suite::new(&both, &Interfaces::all(), None, Kit::builder()).unwrap();
    let verdicts = verdicts(&suite).await;
    assert_eq!(verdicts.len(), 3);
    for verdict in verdicts {
        let errors = String::from_utf8_lossy(&verdict.output.1);
        assert_eq!(verdict.result, Ok(()), "{}: {errors}", verdict.name);
    }
}

#[tokio::test]
async fn testing_verdicts() {
    let tests = program("testing_verdicts");
    assert!(Suite::has_tests(&tests) && !Suite::has_tests(&program("visits")));
    let suite = Suite::new(&tests, &Interfaces::all(), None, Kit::builder()).unwrap();
    let other = |name: &str, why| NotATest { name: name.into(), why };
    assert_eq!(
        suite.others(),
        [
            other("test-of-a-number", "a test takes no parameters"),
            other("test-what-is-no-result", "a test answers nothing, or a result"),
        ]
    );
    let verdicts = verdicts(&suite).await;
    assert_eq!(verdicts.len(), 5);
    let of = |name: &str| verdicts.iter().find(|verdict| verdict.name == name).unwrap();
    assert_eq!((of("test-passes").result.clone(), of("test-is-alone").result.clone()), (Ok(()), Ok(())));
    assert_eq!(of("test-passes").output.1, b"seen in the output\n");
    // What the test does itself is no call of the plugin.
    assert_eq!(of("test-passes").calls, []);
    let why = |name: &str| of(name).result.clone().unwrap_err();
    assert_eq!(why("test-answers-an-error"), "on purpose");
    assert_eq!(why("test-answers-a-number"), "7");
    assert!(why("test-traps").contains("trapped"), "{}", why("test-traps"));
    assert!(String::from_utf8_lossy(&of("test-traps").output.1).contains("on purpose"));
}

/// The kit is for tests: what runs in production is not linked to it.
#[test]
fn only_tests_have_the_kit() {
    let Err(LoadError::Missing { imports }) = program("testing_kit").link(&Interfaces::all()) else {
        panic!("it was linked")
    };
    assert_eq!(imports[0].name, "larder:test/kit@0.1.0");
    assert!(imports[0].cure.contains("`larder test`"), "{}", imports[0].cure);
}

#[tokio::test]
async fn the_notes_pass_their_tests() {
    let (notes, tests) = (program("notes_plugin"), program("notes_tests"));
    let suite = Suite::new(&notes, &Interfaces::all(), Some(&tests), Kit::builder()).unwrap();
    let verdicts = verdicts(&suite).await;
    assert_eq!(verdicts.len(), 4);
    for verdict in verdicts {
        let errors = String::from_utf8_lossy(&verdict.output.1);
        assert_eq!(verdict.result, Ok(()), "{}: {errors}", verdict.name);
    }
}

/// The same from `cargo test`, without a component that has tests.
#[tokio::test]
async fn a_plugin_is_tested_from_rust() {
    let kit = Kit::new(&plugin("notes_plugin")).unwrap();
    let add = [Val::String("Buy milk".into())];
    kit.script().fail("batch.apply", 1, TestFault::QuotaExceeded);
    let refused = kit.call("add", &add).await.unwrap();
    assert!(matches!(&refused[..], [Val::Result(Err(_))]), "{refused:?}");
    assert_eq!(kit.store().count_all("").unwrap(), 0);

    let mut instance = kit.instantiate().await.unwrap();
    for _ in 0..2 {
        let added = instance.call("add", &add).await.unwrap();
        assert!(matches!(&added[..], [Val::Result(Ok(_))]), "{added:?}");
    }
    assert_eq!(kit.store().count("notes").unwrap(), 2);
    assert_eq!(kit.calls().iter().filter(|call| call.outcome == "quota-exceeded").count(), 1);

    let before = kit.clock().now_ms();
    kit.clock().advance(Duration::from_secs(1));
    assert_eq!(kit.clock().now_ms(), before + 1_000);
}

#[tokio::test]
async fn a_program_is_run_with_its_input_and_output() {
    let kit = Kit::new(&plugin("visits")).unwrap();
    let ended = kit.run(&["/home"], "").await.unwrap();
    assert_eq!((ended.status, ended.stdout.as_slice()), (0, &b"/home was visited 1 times\nbefore that: nothing\n"[..]));
    kit.script().fail("transactions.begin", 1, TestFault::Trap);
    let trapped = kit.run(&["/home"], "").await.unwrap_err();
    assert!(trapped.to_string().contains("the test let the call trap"), "{trapped}");
    assert_eq!(kit.store().get("visits", "/home").unwrap().as_deref(), Some(&b"2"[..]));
}

/// Stores of other interfaces go through the same calls.
#[tokio::test]
async fn a_component_of_another_host_is_tested_too() {
    let increment: Plugin = plugin("keyvalue_draft_increment");
    let kit = Kit::new(&increment).unwrap();
    kit.script().fail("wasi:keyvalue/store.open", 1, TestFault::Unavailable);
    let ended = kit.run(&[""; 0], "").await;
    assert!(!matches!(&ended, Ok(ended) if ended.status == 0), "{ended:?}");
    let calls = kit.calls();
    assert_eq!(calls.iter().filter(|call| call.outcome == "unavailable").count(), 1, "{calls:?}");
}
