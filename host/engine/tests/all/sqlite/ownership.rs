//! One host owns a tenant at a time.

use larder_engine::{Error, FileError, FileResult, Larder};

use super::support::Place;
use crate::{
    child::{self, Running},
    support::*,
};

fn assert_in_use(place: &Place, process: u32) {
    match place.store().get("g", "k") {
        Err(error @ Error::InUse { .. }) => {
            assert!(error.to_string().contains(&format!("process {process}")), "{error}");
            assert!(!error.is_callers_fault());
            assert!(error.hint().is_some());
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_second_host_in_this_process_is_refused() {
    let place = Place::new();
    let larder = place.open();
    acme(&larder).store().set("g", "k", b"v").unwrap();
    assert_in_use(&place, std::process::id());
    assert_eq!(acme(&larder).store().get("g", "k").unwrap().unwrap(), b"v");
    drop(larder);
    place.store().set("g", "k", b"w").unwrap();
}

#[test]
fn a_root_that_is_closed_lets_go_of_files_that_somebody_still_has() {
    let place = Place::new();
    let larder = place.open();
    let files = acme(&larder).files().unwrap();
    files.write("a", b"one").unwrap();
    let mut reader = files.open_read("a", 0).unwrap();
    let mut writer = files.create("b").unwrap();
    writer.write(b"two").unwrap();
    larder.close();
    place.store().set("g", "k", b"v").unwrap();
    let closed = |result: FileResult<()>| assert!(matches!(result, Err(FileError::Closed)), "{result:?}");
    closed(files.read("a").map(drop));
    closed(files.write("a", b""));
    closed(files.stat("a").map(drop));
    closed(files.list("", None, 0).map(drop));
    closed(files.usage().map(drop));
    closed(files.remove("a"));
    closed(files.create("c").map(drop));
    closed(files.ledger().recount().map(drop));
    closed(files.ledger().change().map(drop));
    closed(files.ledger().charge_file());
    closed(writer.write(b"more"));
    closed(writer.finish().map(drop));
    // What was open can be read to its end.
    assert_eq!(reader.read(10).unwrap(), b"one");
    let again = place.open();
    assert_eq!(acme(&again).files().unwrap().read("a").unwrap(), b"one");
    assert_eq!(acme(&again).files().unwrap().stat("b").unwrap(), None);
}

#[test]
fn a_second_host_may_use_other_tenants() {
    let place = Place::new();
    let (one, two) = (place.open(), place.open());
    acme(&one).store().set("g", "k", b"").unwrap();
    two.tenant(&tenant_id("other")).store().set("g", "k", b"").unwrap();
    assert_eq!(two.tenants().unwrap().len(), 2);
}

#[test]
fn a_host_in_another_process_is_named() {
    let place = Place::new();
    let mut owner = Running::start("sqlite::ownership::the_other_process", place.root().to_str().unwrap());
    assert_eq!(owner.line().as_deref(), Some("open"));
    assert_in_use(&place, owner.child.id());
    let database = super::support::contents(&place.tenant_dir());
    assert_in_use(&place, owner.child.id());
    assert_eq!(super::support::contents(&place.tenant_dir()), database);
    owner.child.kill().unwrap();
    owner.child.wait().unwrap();
    assert_eq!(place.store().get("g", "k").unwrap().unwrap(), b"theirs");
}

#[test]
#[ignore = "run by another test as a process of its own"]
fn the_other_process() {
    let Some(root) = child::argument() else { return };
    let larder = Larder::open(root, larder_engine::Config::new()).unwrap();
    acme(&larder).store().set("g", "k", b"theirs").unwrap();
    child::say("open");
    child::wait_for_parent();
}
