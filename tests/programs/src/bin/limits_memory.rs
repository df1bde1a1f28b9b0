//! Allocates as many MiB as the first argument says, and uses them.

use larder_test_programs::number;

fn main() {
    let blocks: Vec<Vec<u8>> = (0..number(1)).map(|_| vec![0xa5; 1 << 20]).collect();
    println!("{} MiB", std::hint::black_box(&blocks).len());
}
