//! What this process holds of the machine.

use std::fs;

/// Resident memory in KiB, where the system tells.
pub(crate) fn resident_kib() -> Option<f64> {
    // Pages of 4 KiB, which are most machines'.
    let text = fs::read_to_string("/proc/self/statm").ok()?;
    Some(text.split_whitespace().nth(1)?.parse::<f64>().ok()? * 4.0)
}

/// Open descriptors, where the system tells.
pub(crate) fn descriptors() -> Option<f64> {
    // One is that of the directory which is read.
    Some(fs::read_dir("/proc/self/fd").ok()?.count() as f64 - 1.0)
}
