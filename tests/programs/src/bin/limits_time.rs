//! Computes for as many milliseconds as the first argument says.

use std::time::{Duration, Instant};

use larder_test_programs::number;

fn main() {
    let end = Instant::now() + Duration::from_millis(number(1));
    while Instant::now() < end {}
    println!("done");
}
