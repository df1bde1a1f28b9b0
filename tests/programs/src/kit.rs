//! What a test of the program `testing_kit` does to it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use larder_guest::{
    Store,
    testing::{self, Fault},
};

/// Let the plugin put a key that expires in a second.
///
/// # Panics
/// When it does not.
pub fn put(key: &str) {
    let answer = testing::call("put", &[&format!("{key:?}"), "1000"]);
    assert_eq!(answer.as_deref(), Ok(&["ok".to_owned()][..]));
}

/// Each fault comes at the call that it is for, once, and is told as the contract has it.
///
/// # Errors
/// When the store cannot be looked into.
///
/// # Panics
/// When it is otherwise.
pub fn faults() -> Result<(), String> {
    let answered = |fault, nth| {
        testing::fail("store.set*", nth, fault);
        testing::call("put", &["\"k\"", "1000"]).map(|answer| answer.concat())
    };
    for (fault, outcome) in [
        (Fault::Unavailable, "unavailable"),
        (Fault::Busy, "busy"),
        (Fault::Conflict, "conflict"),
        (Fault::QuotaExceeded, "quota-exceeded"),
    ] {
        testing::clear_log();
        let answer = answered(fault, 2)?;
        assert!(answer.starts_with("err("), "{fault:?}: {answer}");
        let outcomes: Vec<String> = testing::log().into_iter().map(|call| call.outcome).collect();
        // It opened the store, and the first of two writes was done.
        assert_eq!(outcomes, ["ok", "ok", outcome]);
        put("k");
    }
    let store = Store::default_store()?;
    store.delete_group("g")?;
    let trapped = answered(Fault::Trap, 1).unwrap_err();
    assert!(trapped.contains("the test let the call trap"), "{trapped}");
    assert_eq!(store.count_all("")?, 0);
    // What the test does itself neither fails nor is it in the log.
    testing::fail("*", 1, Fault::Trap);
    testing::clear_log();
    store.set("g", "own", b"")?;
    assert_eq!(testing::log(), []);
    testing::fail_no_more();
    put("k");
    assert_eq!(testing::calls_of("store.set-with-ttl"), 1);
    Ok(())
}

/// The store's clock and the plugin's stand still until the test moves both.
///
/// # Errors
/// When the store cannot be looked into.
///
/// # Panics
/// When it is otherwise.
pub fn moves_the_clock() -> Result<(), String> {
    put("k");
    assert_eq!(testing::now(), 1_767_225_600_000);
    assert!(Store::default_store()?.get("g", "k")?.is_some());
    testing::advance(Duration::from_millis(1_000));
    let passed = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|error| error.to_string())?;
    assert_eq!(passed.as_millis(), 1_767_225_601_000);
    assert_eq!(Store::default_store()?.get("g", "k")?, None);
    Ok(())
}

/// A call that cannot be made is an error of the test's call, and no more.
///
/// # Errors
/// When the program does not run.
///
/// # Panics
/// When one of them is made.
pub fn calls_badly() -> Result<(), String> {
    let deep = "[".repeat(100_000);
    for (function, arguments) in [("none", &[][..]), ("put", &[]), ("put", &["k", "1"]), ("put", &[&deep, "1"])] {
        testing::call(function, arguments).unwrap_err();
    }
    // The plugin has no kit, also where it is the same component.
    let refused = testing::call("test-moves-the-clock", &[]).unwrap_err();
    assert!(refused.contains("this instance is the plugin under test"), "{refused}");
    assert_eq!(testing::run(&[], b"")?.status, 0);
    Ok(())
}
