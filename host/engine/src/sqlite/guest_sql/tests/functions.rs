//! The functions that are not SQLite's own give what SQLite's give.

use super::*;

#[test]
fn the_replaced_functions_answer_as_before() {
    let prison = Prison::new();
    let original = Connection::open_in_memory().unwrap();
    let values =
        ["NULL", "''", "'a'", "'héllo wörld'", "'  ab '", "x'616263'", "x'ff61'", "12", "1.0", "-0.5", "'aaa'", "'lo'"];
    let mut tried = 0;
    let mut compare = |sql: String| {
        let expected: SqlValue = original.query_row(&sql, (), |row| Ok(owned(row.get_ref(0)?))).unwrap();
        assert_eq!(prison.one(&sql), expected, "{sql}");
        tried += 1;
    };
    for a in values {
        for function in ["trim", "ltrim", "rtrim"] {
            // Bytes that are no text are cut as text is, with a mark in their place.
            if a != "x'ff61'" {
                compare(format!("SELECT {function}({a})"));
            }
        }
        for b in values {
            compare(format!("SELECT instr({a}, {b})"));
            if a == "x'ff61'" || b == "x'ff61'" {
                continue;
            }
            for function in ["trim", "ltrim", "rtrim"] {
                compare(format!("SELECT {function}({a}, {b})"));
            }
            for c in ["NULL", "''", "'xy'", "7"] {
                compare(format!("SELECT replace({a}, {b}, {c})"));
            }
        }
    }
    assert!(tried > 900, "{tried}");
}
