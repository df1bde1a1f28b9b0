//! The system's allocator, which counts while it is told to.
#![allow(unsafe_code, reason = "an allocator is an unsafe trait")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

static ON: AtomicBool = AtomicBool::new(false);
static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicU64 = AtomicU64::new(0);

/// While it does not count, it costs a load and a branch.
struct Counting;

fn count(bytes: usize) {
    if ON.load(Ordering::Relaxed) {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        BYTES.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

// SAFETY: all is passed on as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size);
        // SAFETY: as above.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// Allocations of all threads, and their bytes, while `work` runs.
pub(crate) fn counted<R>(work: impl FnOnce() -> R) -> (R, u64, u64) {
    let (allocations, bytes) = (ALLOCATIONS.load(Ordering::Relaxed), BYTES.load(Ordering::Relaxed));
    ON.store(true, Ordering::Relaxed);
    let result = work();
    ON.store(false, Ordering::Relaxed);
    (result, ALLOCATIONS.load(Ordering::Relaxed) - allocations, BYTES.load(Ordering::Relaxed) - bytes)
}

/// Take and give back memory, by this allocator or the one below it.
pub(crate) fn take_and_give(n: u64, below: bool) {
    let layout = Layout::new::<[u64; 8]>();
    for _ in 0..n {
        // SAFETY: the layout has a size, and what is given back came from the same allocator.
        unsafe {
            let pointer = if below { System.alloc(layout) } else { std::alloc::alloc(layout) };
            let pointer = std::hint::black_box(pointer);
            if below { System.dealloc(pointer, layout) } else { std::alloc::dealloc(pointer, layout) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_meanwhile_counts() {
        let (_, allocations, bytes) = counted(|| std::hint::black_box(vec![0_u8; 4_096]));
        // Other tests allocate at the same time.
        assert!(allocations >= 1 && bytes >= 4_096);
    }
}
