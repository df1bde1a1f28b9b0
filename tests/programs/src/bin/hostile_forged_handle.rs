//! Uses a store that it was never given.
#![allow(unsafe_code, reason = "only unsafe code can make up a handle")]

use larder_guest::bindings::store::Store;

fn main() {
    let _real = Store::open("default");
    // SAFETY: there is none: the host is what is tried.
    let forged = unsafe { Store::from_handle(12_345) };
    let answer = forged.get("g", "k");
    panic!("the host took it: {answer:?}");
}
