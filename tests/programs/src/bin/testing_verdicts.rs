//! Tests that end in each way that there is, and functions that are called like tests and are none.

use larder_guest::Store;

larder_test_programs::bindings! {
    inline: "
        package test:verdicts;
        world all {
            export test-passes: func();
            export test-is-alone: func() -> result;
            export test-answers-an-error: func() -> result<_, string>;
            export test-answers-a-number: func() -> result<_, u32>;
            export test-traps: func();
            export test-of-a-number: func(n: u32);
            export test-what-is-no-result: func() -> bool;
        }
    ",
    world: "test:verdicts/all",
}

struct All;

impl bindings::Guest for All {
    fn test_passes() {
        eprintln!("seen in the output");
        Store::default_store().and_then(|store| store.set("g", "k", "")).expect("it is written");
    }

    fn test_is_alone() -> Result<(), ()> {
        let kept = Store::default_store().and_then(|store| store.count_all(""));
        if kept == Ok(0) { Ok(()) } else { Err(()) }
    }

    fn test_answers_an_error() -> Result<(), String> {
        Err("on purpose".to_owned())
    }

    fn test_answers_a_number() -> Result<(), u32> {
        Err(7)
    }

    fn test_traps() {
        panic!("on purpose")
    }

    fn test_of_a_number(_: u32) {}

    fn test_what_is_no_result() -> bool {
        true
    }
}

bindings::export!(All with_types_in bindings);

fn main() {}
