//! Which words a note can be found by.

use std::collections::BTreeSet;

/// Longer words are not indexed; a group name has a limit of its own.
const MAX_WORD_BYTES: usize = 100;

/// The words of a text in lower case, each once.
pub(crate) fn words(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && word.len() <= MAX_WORD_BYTES)
        .map(str::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_lower_case_and_without_signs() {
        let words = words("Bread, butter & BREAD; 2 litres of Äpfelsaft!");
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        assert_eq!(words, ["2", "bread", "butter", "litres", "of", "äpfelsaft"]);
    }

    #[test]
    fn endless_words_are_left_out() {
        assert!(words(&"x".repeat(101)).is_empty());
    }
}
