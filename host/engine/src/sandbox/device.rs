//! Names that Windows gives to devices in every directory.

/// Whether Windows would open a device under this name, whatever its case and extension. Such names are refused on every
/// system, so that a root can be moved to another one.
pub(crate) fn is_device_name(name: &str) -> bool {
    // Windows drops what follows the first dot, and spaces before it.
    let base = name.split('.').next().unwrap_or(name).trim_end_matches(' ');
    if ["con", "prn", "aux", "nul", "conin$", "conout$"].iter().any(|device| base.eq_ignore_ascii_case(device)) {
        return true;
    }
    let mut chars = base.chars();
    let number = chars.next_back();
    let port = chars.as_str();
    (port.eq_ignore_ascii_case("com") || port.eq_ignore_ascii_case("lpt"))
        // Windows takes the superscript digits of Latin-1 for digits here.
        && number.is_some_and(|number| number.is_ascii_digit() || matches!(number, '¹' | '²' | '³'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn device_names_are_known_in_any_case_and_with_any_extension() {
        for name in
            ["con", "CON", "Nul.txt", "aux.tar.gz", "prn ", "nul .txt", "com1", "LPT9.x", "com¹", "lpt².y", "CONIN$"]
        {
            assert!(is_device_name(name), "{name}");
        }
    }

    #[test]
    fn names_that_only_look_like_devices_are_free() {
        for name in ["", "c", "con1", "console", "com", "com10", "comx", "lpt", "a.con", "null", "¹", "é"] {
            assert!(!is_device_name(name), "{name}");
        }
    }
}
