//! Tests of the notes plugin: `larder test notes_plugin.wasm --tests notes_tests.wasm`.

mod bindings;

use bindings::Guest;
use larder_guest::{
    Store,
    testing::{self, Fault},
};

struct Tests;

/// Call the plugin, which answers a `result`.
fn call(function: &str, arguments: &[&str]) -> Result<String, String> {
    Ok(testing::call(function, arguments)?.concat())
}

/// Nothing of a note is there: not its text, not its words, not its number.
fn is_empty() -> Result<bool, String> {
    Ok(Store::default_store()?.count_all("")? == 0)
}

impl Guest for Tests {
    fn test_a_note_is_found_by_each_of_its_words() -> Result<(), String> {
        assert_eq!(call("add", &[r#""Buy milk""#])?, "ok(1)");
        assert_eq!(call("add", &[r#""Buy bread""#])?, "ok(2)");
        assert_eq!(call("search", &[r#""MILK""#])?, r#"ok([{id: 1, text: "Buy milk"}])"#);
        assert_eq!(call("remove", &["1"])?, "ok(true)");
        assert_eq!(call("search", &[r#""milk""#])?, "ok([])");
        assert_eq!(call("search", &[r#""buy""#])?, r#"ok([{id: 2, text: "Buy bread"}])"#);
        Ok(())
    }

    fn test_a_full_store_is_told_and_nothing_is_kept() -> Result<(), String> {
        testing::fail("batch.*", 1, Fault::QuotaExceeded);
        let answer = call("add", &[r#""Buy milk""#])?;
        assert!(answer.starts_with("err(") && answer.contains("quota"), "{answer}");
        assert!(is_empty()?);
        // The next one goes through.
        assert_eq!(call("add", &[r#""Buy milk""#])?, "ok(1)");
        Ok(())
    }

    fn test_a_trap_in_the_middle_leaves_no_trace() -> Result<(), String> {
        for function in ["batch.*", "transactions.commit"] {
            testing::fail(function, 1, Fault::Trap);
            let stopped = call("add", &[r#""Buy milk""#]).unwrap_err();
            assert!(stopped.contains("trap"), "{stopped}");
            assert!(is_empty()?, "{function}");
        }
        Ok(())
    }

    fn test_a_search_makes_few_calls() -> Result<(), String> {
        for n in 0..20 {
            call("add", &[&format!(r#""note {n}""#)])?;
        }
        testing::clear_log();
        call("search", &[r#""note""#])?;
        let calls = testing::log();
        assert!(calls.len() <= 5, "{calls:?}");
        assert!(calls.iter().all(|call| call.outcome == "ok"), "{calls:?}");
        Ok(())
    }
}
