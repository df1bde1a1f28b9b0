//! Random sequences of operations on both implementations, step by step against a model that counts everything anew.
//!
//! `PROPTEST_CASES` sets how many sequences; 400 unless told otherwise.

mod naive;
mod run;
mod step;

use proptest::prelude::*;

fn cases() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").map_or(400, |cases| cases.parse().unwrap());
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 20_000, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn both_implementations_do_what_the_model_does(steps in prop::collection::vec(step::step(), 1..80)) {
        run::run(&steps);
    }
}
