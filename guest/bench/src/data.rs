//! Keys, values and chance; those that larder is compared with use the same.

use std::sync::atomic::{AtomicU64, Ordering};

/// A key of 10 characters: `k` and the number in nine digits, so that keys are ordered as their numbers are.
pub(crate) struct Key([u8; 10]);

impl Key {
    pub(crate) fn new() -> Key {
        Key(*b"k000000000")
    }

    /// The key of `number`.
    pub(crate) fn of(&mut self, number: u64) -> &str {
        let mut rest = number;
        for digit in self.0[1..].iter_mut().rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// The first `n` keys, to keep.
pub(crate) fn keys(n: u64) -> Vec<String> {
    (0..n).map(|number| Key::new().of(number).to_owned()).collect()
}

/// Bytes after which a value changes again: less than a page of SQLite's.
const STRIDE: usize = 1_024;

/// A value that is another one each time, in each of its pages. SQLite leaves a page alone that would not change, and has
/// nothing to sync then.
pub(crate) struct Value(Vec<u8>);

impl Value {
    pub(crate) fn new(size: u32) -> Value {
        Value((0..size).map(|n| n as u8).collect())
    }

    /// The next one.
    pub(crate) fn next(&mut self) -> &[u8] {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed).to_le_bytes();
        for piece in self.0.chunks_mut(STRIDE) {
            piece.iter_mut().zip(number).for_each(|(byte, new)| *byte = new);
        }
        &self.0
    }
}

/// Numbers that look like chance and are the same each time: a xorshift generator.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Chance {
        Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((u128::from(self.0) * u128::from(end)) >> 64) as u64
    }
}
