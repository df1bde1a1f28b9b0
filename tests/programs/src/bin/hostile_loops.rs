//! Computes for ever, and says so first.

fn main() {
    println!("looping");
    loop {
        std::hint::spin_loop();
    }
}
