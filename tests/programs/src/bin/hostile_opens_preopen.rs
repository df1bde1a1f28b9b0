//! Opens directories by WASI for ever and holds them; the errors do not stop it, until the host does.

use std::fs;

fn main() {
    let mut kept = Vec::new();
    for _ in 0..100_000 {
        kept.extend(fs::read_dir("/data"));
    }
    println!("{} listings", kept.len());
    panic!("nobody stopped it");
}
