//! Columns, counts and cut lists.

/// Where the text of a column stands.
#[derive(Clone, Copy)]
pub(super) enum Column {
    Left,
    Right,
}

/// Rows with aligned columns, indented by two.
pub(super) fn table(columns: &[Column], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for ((cell, column), width) in row.iter().zip(columns).zip(&widths) {
            let cell = match column {
                Column::Left => format!("  {cell:<width$}"),
                Column::Right => format!("  {cell:>width$}"),
            };
            line.push_str(&cell);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// The first `limit` rows as a table and how many more there are, or all rows.
pub(super) fn list(columns: &[Column], rows: &[Vec<String>], limit: usize, all: bool) -> String {
    // A cut that hides one line saves none.
    if all || rows.len() <= limit + 1 {
        return table(columns, rows);
    }
    let shown = rows.get(..limit).unwrap_or(rows);
    let more = count((rows.len() - shown.len()) as u64);
    format!("{}  ... and {more} more (--all shows them)\n", table(columns, shown))
}

/// `1,234`
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 file`, `2 files`
pub(super) fn counted(number: u64, singular: &str, plural: &str) -> String {
    let noun = if number == 1 { singular } else { plural };
    format!("{} {noun}", count(number))
}

/// Text from a file or a file's name, which must not steer a terminal.
pub(super) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(number: usize) -> Vec<Vec<String>> {
        (0..number).map(|row| vec![format!("row {row}")]).collect()
    }

    #[test]
    fn columns_line_up() {
        let rows = [vec!["a".to_owned(), "1".to_owned()], vec!["äöü".to_owned(), "1,000".to_owned()]];
        let text = table(&[Column::Left, Column::Right], &rows);
        assert_eq!(text, "  a        1\n  äöü  1,000\n");
    }

    #[test]
    fn long_lists_are_cut_and_say_so() {
        let cut = list(&[Column::Left], &rows(12), 10, false);
        assert!(cut.ends_with("  row 9\n  ... and 2 more (--all shows them)\n"), "{cut}");
        assert_eq!(list(&[Column::Left], &rows(12), 10, true).lines().count(), 12);
        assert_eq!(list(&[Column::Left], &rows(11), 10, false).lines().count(), 11);
    }

    #[test]
    fn counts_have_separators() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1000), "1,000");
        assert_eq!(count(1234567), "1,234,567");
    }

    #[test]
    fn names_cannot_steer_a_terminal() {
        assert_eq!(plain("a\u{1b}[31mb\nc"), "a\u{fffd}[31mb\u{fffd}c");
    }
}
