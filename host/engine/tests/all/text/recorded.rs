//! Transcripts of the reference.

use std::path::Path;

use larder_engine::{Error, Store};
use serde_json::{Value, json};

/// The bytes of a recorded string.
fn bytes(value: &Value) -> Vec<u8> {
    match value.get("$hex").and_then(Value::as_str) {
        Some(hex) => {
            let digits = hex.as_bytes().chunks(2);
            digits.map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap()).collect()
        }
        None => value.as_str().unwrap().into(),
    }
}

fn text<'a>(line: &'a Value, field: &str) -> &'a str {
    line[field].as_str().unwrap()
}

fn pieces(answer: Option<Vec<Vec<u8>>>) -> Result<Value, &'static str> {
    let shown = |piece: Vec<u8>| match String::from_utf8(piece) {
        Ok(text) => json!(text),
        Err(error) => {
            json!({"$hex": error.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect::<String>()})
        }
    };
    answer.map(|pieces| pieces.into_iter().map(shown).collect()).ok_or("not_found")
}

fn answer(store: &Store, line: &Value) -> Result<Value, &'static str> {
    let group = || text(line, "group");
    let key = || text(line, "key");
    match text(line, "op") {
        "open" => Ok(Value::Null),
        "set" => {
            store.set(group(), key(), &bytes(&line["value"])).unwrap();
            Ok(Value::Null)
        }
        // The recorded one has expired when it is set.
        "set_with_ttl" => {
            store.set_with_ttl(group(), key(), &bytes(&line["value"]), 0).unwrap();
            Ok(Value::Null)
        }
        "get_fields" => pieces(store.get_fields(group(), key()).unwrap()),
        "get_split" => pieces(store.get_split(group(), key(), &bytes(&line["separator"])).unwrap()),
        "render" => match store.render(group(), text(line, "template")) {
            Ok(printed) => Ok(json!(String::from_utf8(printed).unwrap())),
            // The text of the error, which is not compared, says which of the two it was.
            Err(Error::TemplateParse(_)) if text(line, "error").contains("parse template") => Err("template"),
            Err(Error::TemplateExecution(_)) if text(line, "error").contains("execute template") => Err("template"),
            Err(error) => panic!("{line}: {error}"),
        },
        other => panic!("{other}"),
    }
}

fn replay(file: &str) {
    let store = super::store(&[]);
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/transcripts").join(file);
    let recorded = std::fs::read_to_string(place).unwrap();
    let mut lines = 0;
    for line in recorded.split_terminator('\n') {
        let line: Value = serde_json::from_str(line).unwrap();
        let expected = match line["error_kind"].as_str() {
            None => Ok(line["result"].clone()),
            Some(kind) => Err(kind),
        };
        assert_eq!(answer(&store, &line), expected, "{line}");
        lines += 1;
    }
    assert!(lines > 60, "{lines}");
}

#[test]
fn pieces_are_those_of_the_reference() {
    replay("05-get-split-get-fields.jsonl");
}

#[test]
fn templates_print_what_the_reference_printed() {
    replay("06-render.jsonl");
}
