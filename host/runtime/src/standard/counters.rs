//! How counters read. The store keeps them as decimal digits and knows which values are counters; each interface shows them as
//! the hosts do that its users come from.

use larder_engine::Value;

/// How the users of an interface expect counters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Decimal digits, as wasmtime, wasmCloud and larder's own contract have them.
    Decimal,
    /// Eight bytes, little endian, as Spin has them.
    LittleEndian,
}

impl Shown {
    /// The bytes of a value.
    pub(crate) fn show(self, value: Value) -> Vec<u8> {
        match self {
            Shown::LittleEndian if value.is_counter => eight_bytes(&value.bytes).unwrap_or(value.bytes),
            _ => value.bytes,
        }
    }
}

pub(super) fn decimal(value: Value) -> Vec<u8> {
    Shown::Decimal.show(value)
}

pub(super) fn little_endian(value: Value) -> Vec<u8> {
    Shown::LittleEndian.show(value)
}

/// The eight bytes of a number in decimal digits.
fn eight_bytes(digits: &[u8]) -> Option<Vec<u8>> {
    let number: i64 = std::str::from_utf8(digits).ok()?.parse().ok()?;
    Some(number.to_le_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_counters_are_shown_as_eight_bytes() {
        let value = |bytes: &[u8], is_counter| Value { bytes: bytes.into(), is_counter, version: 1 };
        assert_eq!(little_endian(value(b"258", true)), [2, 1, 0, 0, 0, 0, 0, 0]);
        assert_eq!(little_endian(value(b"-1", true)), [255; 8]);
        assert_eq!(little_endian(value(b"258", false)), b"258");
        assert_eq!(decimal(value(b"258", true)), b"258");
    }
}
