//! The recordings of the reference, natively and through a guest: `cargo xtask transcripts` for any others.

#[path = "../transcripts/replay/mod.rs"]
mod replay;

use std::path::Path;

use replay::{Guest, Report};

use crate::support::{guest, runtime};

#[test]
fn larder_answers_as_the_reference_did_but_where_it_is_meant_to_differ() {
    let guest = Guest::load(runtime(), &guest("transcripts_guest")).unwrap();
    let mut report = Report::default();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/transcripts");
    replay::replay_all(&fixtures, &guest, &mut report).unwrap();
    assert!(report.end(), "lines differ that should not");
}
