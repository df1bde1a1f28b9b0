//! Waits for input that never comes.

use std::io::Read;

fn main() -> std::io::Result<()> {
    println!("waiting");
    std::io::stdin().read_exact(&mut [0])
}
