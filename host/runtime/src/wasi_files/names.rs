//! The rules for names that `larder:store/files` states, for names that are made through WASI.

use super::path::MAX_NAME_BYTES;

/// Which rule a name breaks, if any.
pub(super) fn broken_rule(name: &str) -> Option<&'static str> {
    if name.is_empty() || name.len() > MAX_NAME_BYTES {
        Some("a name has 1 to 255 bytes")
    } else if name.contains(['/', '\\', ':']) || name.contains(char::is_control) {
        Some("a name holds no \"/\", \"\\\", \":\" and no control character")
    } else if name.ends_with(['.', ' ']) {
        Some("a name does not end in a dot or a space")
    } else if is_device(name) {
        Some("a name is not that of a device on Windows")
    } else {
        None
    }
}

fn is_device(name: &str) -> bool {
    let base = name.split('.').next().unwrap_or(name).trim_end_matches(' ').to_ascii_lowercase();
    match base.as_str() {
        "con" | "prn" | "aux" | "nul" | "conin$" | "conout$" => true,
        base => base.strip_prefix("com").or_else(|| base.strip_prefix("lpt")).is_some_and(|port| {
            matches!(port, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
        }),
    }
}
