//! The examples do what they say.

use std::path::Path;
use std::process::Command;

use crate::support::{Host, guest};

/// Run a built example, and answer what it printed.
fn example(name: &str, guest_name: &str, root: &Path) -> String {
    let this = std::env::current_exe().unwrap();
    let directory = this.parent().and_then(Path::parent).unwrap().join("examples");
    let program = directory.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(program.is_file(), "{} is not there: `cargo build --examples`", program.display());
    let output = Command::new(program).arg(guest(guest_name)).arg(root).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{name}: {text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

#[test]
fn an_application_of_its_own_embeds_larder() {
    let root = tempfile::tempdir().unwrap();
    let first = example("embed", "game_plugin", root.path());
    assert_eq!(
        first,
        "Ada has played 1 games\n  A new record: 10 points by Ada!\n\
         Grace has played 1 games\n  A new record: 30 points by Grace!\n\
         Ada has played 2 games\n"
    );
    let second = example("embed", "game_plugin", root.path());
    assert_eq!(second, "Ada has played 3 games\nGrace has played 2 games\nAda has played 4 games\n");
}

#[test]
fn one_component_serves_many_tenants() {
    let root = tempfile::tempdir().unwrap();
    let output = example("multi-tenant", "notes_plugin", root.path());
    assert!(output.starts_with("1000 notes of 50 tenants were kept in"), "{output}");
    assert!(output.ends_with("each tenant found its own notes, and no others\n"), "{output}");
    assert_eq!(root.path().join("tenants").read_dir().unwrap().count(), 50);
}

#[tokio::test]
async fn the_readmes_first_plugin_counts_visits() {
    let host = Host::new();
    let visit = |page| host.run("visits").arg(page).passes();
    assert_eq!(visit("/home").await, "/home was visited 1 times\nbefore that: nothing\n");
    assert_eq!(visit("/about").await, "/about was visited 1 times\nbefore that: /home\n");
    assert_eq!(visit("/home").await, "/home was visited 2 times\nbefore that: /about\n");

    let read = |path| std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let source = read("examples/visits/src/main.rs");
    let program = source.split_once("\n\n").unwrap().1;
    assert!(read("README.md").contains(program), "the README shows another program than examples/visits");
}
