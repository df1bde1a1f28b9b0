//! Prints for ever.

fn main() {
    loop {
        println!("{}", "x".repeat(4000));
    }
}
