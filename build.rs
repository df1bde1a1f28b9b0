//! Writes, for each test program in `tests/programs/src/bin`, what lets the compiler see that a test runs it.
//!
//! `programs.rs` in `OUT_DIR` gets a macro `foreach_<suite>!` for each suite (the first part of a program's name), which
//! calls another macro with the name of each of its programs. Nothing is compiled to wasm here: `cargo xtask guests` does
//! that.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

/// A suite is a module of `tests/all` of the same name.
const SUITES: &[&str] = &[
    "archive",
    "atomics",
    "batch",
    "blobstore",
    "config",
    "durability",
    "event_streams",
    "events",
    "files",
    "hostile",
    "journal",
    "keyvalue",
    "limits",
    "reference_defects",
    "sandbox",
    "serve",
    "size",
    "spin",
    "standard",
    "store",
    "tenancy",
    "testing",
    "text",
    "transactions",
    "triggers",
    "wasi_files",
    "wasmcloud",
    "watchers",
    "workspaces",
];

fn main() -> io::Result<()> {
    let programs = Path::new("tests/programs/src/bin");
    println!("cargo::rerun-if-changed={}", programs.display());
    let mut suites = SUITES.iter().map(|suite| (*suite, Vec::new())).collect::<BTreeMap<_, _>>();
    for entry in programs.read_dir()? {
        let file = entry?.file_name();
        let Some(name) = file.to_str().and_then(|file| file.strip_suffix(".rs")) else { continue };
        match SUITES
            .iter()
            .copied()
            .filter(|suite| name.starts_with(&format!("{suite}_")))
            .max_by_key(|suite| suite.len())
        {
            Some(suite) => suites.entry(suite).or_default().push(name.to_owned()),
            None => println!("cargo::error=the program {name} belongs to no suite: {}", SUITES.join(", ")),
        }
    }
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo sets OUT_DIR"))?;
    fs::write(Path::new(&out).join("programs.rs"), generate(&suites))
}

fn generate(suites: &BTreeMap<&str, Vec<String>>) -> String {
    let mut text = String::new();
    for (suite, programs) in suites {
        let _ = writeln!(text, "macro_rules! foreach_{suite} {{ ($macro:ident) => {{");
        for name in programs {
            let _ = writeln!(text, "    $macro!({name});");
        }
        let _ = writeln!(text, "}} }}");
    }
    text
}
