//! Calls itself for ever.

fn deeper(n: u64) -> u64 {
    let here = std::hint::black_box([n; 64]);
    if here[0] == u64::MAX { 0 } else { deeper(n + 1) + std::hint::black_box(here)[63] }
}

fn main() {
    println!("{}", deeper(0));
}
