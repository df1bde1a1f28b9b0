//! One interface imported twice, under names of the component's own: a label each, and buckets of any name within it.

use bindings::{team_a, team_b};
use larder_guest::Store;

larder_test_programs::bindings! {
    inline: "
        package test:labels;
        world all {
            import team-a: wasi:keyvalue/store@0.2.0-draft;
            import team-b: wasi:keyvalue/store@0.2.0-draft;
            import ungranted: wasi:keyvalue/store@0.2.0-draft;
        }
    ",
    path: "../../wit/standard/keyvalue-draft",
    world: "test:labels/all",
    generate_all,
}

fn main() {
    let (a, b) = (team_a::open("bucket").unwrap(), team_b::open("bucket").unwrap());
    a.set("k", b"from a").unwrap();
    b.set("k", b"from b").unwrap();
    assert_eq!(a.get("k").unwrap().as_deref(), Some(&b"from a"[..]));
    assert_eq!(b.get("k").unwrap().as_deref(), Some(&b"from b"[..]));
    for own in ["", "default", "team-a"] {
        let bucket = team_a::open(own).unwrap();
        assert_eq!(bucket.get("k").unwrap().is_some(), own != "", "{own:?}");
        bucket.set("k", b"own").unwrap();
    }
    assert_eq!(team_a::open("team-b").unwrap().get("k").unwrap(), None, "it is a bucket of team-a");
    assert!(team_a::open(&"x".repeat(257)).is_err());
    assert!(bindings::ungranted::open("").is_err());

    let store = Store::open("team-a").unwrap();
    assert_eq!(store.get_string("team-a", "k").unwrap().as_deref(), Some("own"));
    assert_eq!(store.get_string("team-a/bucket", "k").unwrap().as_deref(), Some("from a"));
}
