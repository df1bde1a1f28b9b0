//! Passes a value of 3.5 gigabytes, nearly all of the memory that a guest can have. (The host allows that much.)

use larder_guest::{Result, Store};

/// Memory that was never touched, so that having it costs nobody anything.
#[cfg(target_arch = "wasm32")]
#[allow(unsafe_code, reason = "no safe allocation leaves memory untouched")]
fn value() -> &'static [u8] {
    const BYTES: usize = 7 << 29;
    let page = core::arch::wasm32::memory_grow::<0>(BYTES >> 16);
    assert_ne!(page, usize::MAX, "the host refused the memory");
    // SAFETY: the pages are new, so that they hold zeros and nobody else uses them.
    unsafe { std::slice::from_raw_parts((page << 16) as *const u8, BYTES) }
}

#[cfg(not(target_arch = "wasm32"))]
fn value() -> &'static [u8] {
    vec![0; 1 << 20].leak()
}

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let value = value();
    println!("passing {} bytes", value.len());
    let answer = store.set("g", "k", value);
    panic!("the host took the call: {answer:?}");
}
