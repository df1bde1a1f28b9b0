//! The recordings of the reference, natively and through a guest: `cargo xtask transcripts` for any others.

#[path = "../transcripts/replay/mod.rs"]
mod replay;

use std::path::Path;

use replay::{Guest, Report};

use crate::support::{guest, runtime};

/// Guests do not have all operations of these yet.
const PENDING: [&str; 5] = ["07", "12", "14", "15", "16"];

#[test]
fn larder_answers_as_the_reference_did_but_where_it_is_meant_to_differ() {
    let guest = Guest::load(runtime(), &guest("transcripts_guest")).unwrap();
    let mut report = Report::default();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/transcripts");
    for file in fixtures.read_dir().unwrap() {
        let name = file.unwrap().file_name();
        if !PENDING.iter().any(|pending| name.to_str().unwrap().starts_with(pending)) {
            replay::replay_all(&fixtures.join(name), &guest, &mut report).unwrap();
        }
    }
    assert!(report.end(), "lines differ that should not");
}
