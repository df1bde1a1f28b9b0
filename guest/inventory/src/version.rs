//! The order of versions, as a person expects it.

use core::cmp::Ordering;

/// Compares numbers as numbers and the rest as text; what follows a hyphen comes
/// before the version itself, as `2.0.0-rc.1` before `2.0.0`.
///
/// Good for lists, not for resolving: each ecosystem has finer rules.
pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    let (a_main, a_pre) = halves(a);
    let (b_main, b_pre) = halves(b);
    parts(a_main)
        .cmp(&parts(b_main))
        .then_with(|| match (a_pre, b_pre) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(a), Some(b)) => parts(a).cmp(&parts(b)),
        })
        .then_with(|| a.cmp(b))
}

fn halves(version: &str) -> (&str, Option<&str>) {
    match version.split_once('-') {
        Some((main, pre)) => (main, Some(pre)),
        None => (version, None),
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Part<'a> {
    Text(&'a str),
    // By length, then by digits: no number is too large.
    Number(usize, &'a str),
}

fn parts(version: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    for piece in version.split(|c: char| !c.is_alphanumeric()) {
        let mut rest = piece;
        while let Some(first) = rest.chars().next() {
            let digits = first.is_ascii_digit();
            let end = rest.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(rest.len());
            let (part, behind) = rest.split_at(end);
            rest = behind;
            if digits {
                let number = part.trim_start_matches('0');
                parts.push(Part::Number(number.len(), number));
            } else {
                parts.push(Part::Text(part));
            }
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_order_as_expected() {
        let ordered = [
            "0.9.10",
            "1.0.0-alpha",
            "1.0.0-rc.2",
            "1.0.0-rc.10",
            "1.0.0",
            "1.2.0",
            "1.10.0",
            "10.0.0",
            "99999999999999999999.0",
        ];
        for pair in ordered.windows(2) {
            assert_eq!(compare(pair[0], pair[1]), Ordering::Less, "{pair:?}");
            assert_eq!(compare(pair[1], pair[0]), Ordering::Greater, "{pair:?}");
        }
        assert_eq!(compare("1.0", "1.0"), Ordering::Equal);
        assert_eq!(compare("v1.2.0", "v1.10.0"), Ordering::Less);
    }
}
