//! What a component imports and was not granted, with the words to type.

use std::ffi::OsString;

use larder::{Import, ImportKind, Interface, Plugin, Program};
use serde::Serialize;

use crate::{
    exit::Exit,
    failure::{Failure, Result},
    grants::Wanted,
    text,
};

/// An import that was not granted.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Need {
    /// The import's name, such as `larder:store/batch@0.1.0`.
    pub(crate) import: String,
    /// The flags that grant it; none when no flag does.
    pub(crate) flags: Vec<String>,
    /// What to do about it, in words.
    pub(crate) cure: String,
}

/// What `program` imports that is not granted.
pub(crate) fn needs(program: &Program, wanted: &Wanted) -> Vec<Need> {
    of(program, wanted, program.missing(&wanted.interfaces()))
}

/// The same where it serves HTTP.
pub(crate) fn of_handler(program: &Program, wanted: &Wanted) -> Vec<Need> {
    of(program, wanted, program.missing_in_handler(&wanted.interfaces()))
}

fn of(program: &Program, wanted: &Wanted, missing: Vec<larder::MissingImport>) -> Vec<Need> {
    let imports = program.imports();
    let need = |missing: larder::MissingImport| {
        let import = imports.iter().find(|import| import.name == missing.name);
        let flags = import.map(|import| flags(import, wanted)).unwrap_or_default();
        let cure = if flags.is_empty() || wanted.name.is_some() { missing.cure } else { flags.join(" ") };
        Need { import: missing.name, flags, cure }
    };
    let mut needs: Vec<Need> = missing.into_iter().map(need).collect();
    for import in imports.iter().filter(|import| !needs_label(import, wanted).is_empty()) {
        if !needs.iter().any(|need| need.import == import.name) {
            let flags = needs_label(import, wanted);
            let cure = match &wanted.name {
                Some(plugin) => format!("grant it as a label: [plugin.{plugin}.grants.{}]", import.name),
                None => flags.join(" "),
            };
            needs.push(Need { import: import.name.clone(), flags, cure });
        }
    }
    needs
}

/// The flag that grants the label under which a component imports an interface; none when it is granted, or no label.
fn needs_label(import: &Import, wanted: &Wanted) -> Vec<String> {
    let opens_a_label = import.implements.is_some() && matches!(import.kind, ImportKind::Standard(Some(_)));
    if !opens_a_label || wanted.plugin.grants.contains_key(&import.name) {
        return Vec::new();
    }
    vec![format!("--grant {}", text::quoted(&import.name))]
}

fn flags(import: &Import, wanted: &Wanted) -> Vec<String> {
    let grants = &wanted.plugin.grants;
    let mut flags = needs_label(import, wanted);
    let interface = match import.kind {
        ImportKind::Larder(interface) | ImportKind::Standard(Some(interface)) => Some(interface),
        ImportKind::LarderTypes => None,
        ImportKind::Standard(None) | ImportKind::Wasi | ImportKind::Handler | ImportKind::Unknown => return flags,
    };
    // The label that plugins open, where there is none yet to choose from.
    let label = grants.keys().next().map_or("default", String::as_str);
    if grants.is_empty() && flags.is_empty() {
        flags.push(format!("--grant {label}"));
    }
    if interface == Some(Interface::Files) && !grants.values().any(|grant| grant.files) {
        flags.push(format!("--files {label}"));
    }
    if let Some(interface) = interface.filter(|_| wanted.interfaces_listed) {
        flags.push(format!("--interface {interface}"));
    }
    flags
}

/// Connect the imports, or tell what is missing and what to type.
pub(crate) fn link(program: &Program, wanted: &Wanted) -> Result<Plugin> {
    let needs = needs(program, wanted);
    if needs.is_empty() {
        return program.link(&wanted.interfaces()).map_err(Failure::from);
    }
    Err(failure(&needs, wanted))
}

/// What is missing, and what to type.
pub(crate) fn failure(needs: &[Need], wanted: &Wanted) -> Failure {
    let mut message = format!("{} needs what it was not granted:", wanted.plugin.component.display());
    let width = needs.iter().map(|need| need.import.len()).max().unwrap_or(0);
    for need in needs {
        message.push_str(&format!("\n  {:width$}  {}", text::shown(&need.import), need.cure));
    }
    let failure = Failure::new(Exit::Refused, "missing-imports", message);
    match suggestion(needs, None) {
        Some(line) => failure.hint(line),
        None => failure,
    }
}

/// The line to type that grants all of it; none when no line does.
pub(crate) fn suggestion(needs: &[Need], instead_of_inspect: Option<&str>) -> Option<String> {
    if needs.is_empty() || needs.iter().any(|need| need.flags.is_empty()) {
        return None;
    }
    Some(line(std::env::args_os().skip(1), needs, instead_of_inspect))
}

/// The line that was typed with the flags added, once each.
fn line(typed: impl Iterator<Item = OsString>, needs: &[Need], instead_of_inspect: Option<&str>) -> String {
    let mut words = vec!["larder".to_owned()];
    let mut rest = Vec::new();
    for word in typed {
        let word = text::quoted(&word.to_string_lossy());
        if word == "--" || !rest.is_empty() {
            rest.push(word);
        } else {
            words.push(word);
        }
    }
    if let (Some(command), Some(word)) = (instead_of_inspect, words.iter_mut().find(|word| *word == "inspect")) {
        command.clone_into(word);
    }
    let mut added: Vec<&String> = Vec::new();
    for flag in needs.iter().flat_map(|need| &need.flags) {
        if !added.contains(&flag) {
            added.push(flag);
        }
    }
    words.extend(added.into_iter().cloned());
    words.extend(rest);
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn need(flags: &[&str]) -> Need {
        let flags = flags.iter().map(|flag| (*flag).to_owned()).collect();
        Need { import: "i".into(), flags, cure: String::new() }
    }

    #[test]
    fn the_line_is_what_was_typed_with_the_flags_added_before_the_program_s_own() {
        let typed = ["run", "a b.wasm", "-t", "acme", "--", "scan", "--all"].map(OsString::from);
        let needs = [need(&["--grant default"]), need(&["--grant default", "--files default"])];
        assert_eq!(
            line(typed.into_iter(), &needs, None),
            "larder run 'a b.wasm' -t acme --grant default --files default -- scan --all"
        );
        let typed = ["inspect", "inspect"].map(OsString::from);
        assert_eq!(line(typed.into_iter(), &needs[..1], Some("run")), "larder run inspect --grant default");
    }
}
