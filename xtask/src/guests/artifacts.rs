//! What cargo says it made.

use std::path::PathBuf;

use serde_json::Value;

/// A component.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Artifact {
    /// The name of the program, or of the library as it is written in Rust.
    pub(super) name: String,
    pub(super) path: PathBuf,
}

impl Artifact {
    /// The name of the file that it is published as.
    pub(super) fn file_name(&self) -> String {
        format!("{}.wasm", self.name)
    }
}

/// The component that a line of cargo's JSON messages tells of, if it tells of one.
pub(super) fn parse(line: &str) -> Option<Artifact> {
    let message: Value = serde_json::from_str(line).ok()?;
    if message.get("reason")? != "compiler-artifact" {
        return None;
    }
    let kinds = message.get("target")?.get("kind")?.as_array()?;
    if !kinds.iter().any(|kind| kind == "bin" || kind == "cdylib") {
        return None;
    }
    let files = message.get("filenames")?.as_array()?.iter().filter_map(Value::as_str).map(PathBuf::from);
    let path = files.into_iter().find(|file| file.extension().is_some_and(|extension| extension == "wasm"))?;
    let name = path.file_stem()?.to_str()?.to_string();
    Some(Artifact { name, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(kind: &str, files: &str) -> String {
        format!(r#"{{"reason":"compiler-artifact","target":{{"kind":["{kind}"],"name":"x"}},"filenames":[{files}]}}"#)
    }

    #[test]
    fn programs_and_component_libraries_are_artifacts() {
        let program = parse(&line("bin", r#""/t/release/store-get.wasm""#)).unwrap();
        assert_eq!(program.file_name(), "store-get.wasm");
        let library = parse(&line("cdylib", r#""/t/release/libnotes.rlib","/t/release/notes.wasm""#)).unwrap();
        assert_eq!(library, Artifact { name: "notes".into(), path: "/t/release/notes.wasm".into() });
    }

    #[test]
    fn other_messages_are_none() {
        assert_eq!(parse(&line("lib", r#""/t/release/libx.rlib""#)), None);
        assert_eq!(parse(&line("custom-build", r#""/t/release/build""#)), None);
        assert_eq!(parse(r#"{"reason":"build-finished","success":true}"#), None);
        assert_eq!(parse("warning: not JSON"), None);
        assert_eq!(parse(""), None);
    }
}
