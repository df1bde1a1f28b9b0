//! Allocates for ever, and uses what it got.

fn main() {
    let mut kept = Vec::new();
    loop {
        kept.push(vec![0xa5_u8; 1 << 20]);
        std::hint::black_box(&kept);
    }
}
