//! The 21 defects that the reference showed when it was run; larder has none of them.

mod data;
mod races;
mod refusals;

use std::sync::Barrier;

/// Run both at the same time.
fn at_once<A: Send, B: Send>(one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B + Send) -> (A, B) {
    let barrier = Barrier::new(2);
    std::thread::scope(|threads| {
        let one = threads.spawn(|| {
            barrier.wait();
            one()
        });
        barrier.wait();
        let other = other();
        (one.join().unwrap(), other)
    })
}

/// `body` on so many threads at the same time, each with its number; what they answer.
fn on_threads<R: Send>(number: usize, body: impl Fn(usize) -> R + Sync) -> Vec<R> {
    let barrier = Barrier::new(number);
    std::thread::scope(|threads| {
        let start = |n| {
            let (body, barrier) = (&body, &barrier);
            threads.spawn(move || {
                barrier.wait();
                body(n)
            })
        };
        let running: Vec<_> = (0..number).map(start).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}
