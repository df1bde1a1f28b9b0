//! What the programs have in common.

use std::env;

/// The first argument: which part of the program to run, when the host does something between two parts.
///
/// # Panics
/// Without arguments: the host's test is wrong.
pub fn part() -> String {
    argument(1)
}

/// An argument; number 0 is the program's name.
///
/// # Panics
/// When there are fewer: the host's test is wrong.
pub fn argument(number: usize) -> String {
    env::args().nth(number).unwrap_or_else(|| panic!("the host passes argument {number}"))
}

/// An argument that is a number.
///
/// # Panics
/// When it is none: the host's test is wrong.
pub fn number(argument_number: usize) -> u64 {
    argument(argument_number).parse().expect("the host passes a number")
}
