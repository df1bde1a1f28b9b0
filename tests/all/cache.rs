//! Compiled components are kept and found again.

use larder::{Interfaces, Plugin, Runtime, RuntimeConfig};

use crate::support::guest;

#[test]
fn a_second_runtime_finds_what_the_first_one_compiled() {
    let directory = tempfile::tempdir().unwrap();
    let runtime = || Runtime::new(RuntimeConfig::new().cache(directory.path().join("cache"))).unwrap();
    let first = runtime();
    Plugin::load_file(&first, guest("store_get_and_set"), &Interfaces::all()).unwrap();
    assert_eq!(first.cache_hits(), 0);
    let second = runtime();
    Plugin::load_file(&second, guest("store_get_and_set"), &Interfaces::all()).unwrap();
    assert_eq!(second.cache_hits(), 1);
}
