//! Rules of the tree that a compiler does not check.

use std::fs;
use std::path::{Path, PathBuf};

/// Most lines of a file.
const LINES: usize = 600;

/// What is generated or recorded, and as long as it is.
const ANY_LENGTH: [&str; 5] = ["Cargo.lock", "package-lock.json", "/samples/", "/fixtures/", "examples/data/"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every text file of the project, by its path from the top, with its content.
fn sources() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut directories = vec![root().to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let entry = entry.unwrap();
            let (name, kind) = (entry.file_name(), entry.file_type().unwrap());
            // `.git` is a file in a further work tree.
            if ["target", ".git", "node_modules"].contains(&name.to_str().unwrap()) {
                continue;
            }
            if kind.is_dir() {
                directories.push(entry.path());
            } else if kind.is_file()
                && let Ok(content) = fs::read_to_string(entry.path())
            {
                let path = entry.path();
                let path = path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
                found.push((path, content));
            }
        }
    }
    assert!(found.iter().any(|(path, _)| path == "wit/package.wit"), "the project is not where it was built");
    found.sort();
    found
}

/// Rust outside of tests, with the number of each line.
fn code(sources: &[(String, String)]) -> impl Iterator<Item = (&str, usize, &str)> {
    let is_code = |path: &str| path.ends_with(".rs") && !path.contains("tests");
    sources.iter().filter(move |(path, _)| is_code(path)).flat_map(|(path, content)| {
        // Modules of tests stand at the end of a file.
        let before_tests = content.lines().take_while(|line| !line.starts_with("#[cfg(test)]"));
        let numbered = before_tests.enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
        numbered.map(move |(n, line)| (path.as_str(), n + 1, line))
    })
}

/// Fail with every line of code that holds one of `words` outside of the places where it may be.
fn only_in(places: &[&str], within: &str, words: &[&str], rule: &str) {
    let sources = sources();
    let broken: Vec<_> = code(&sources)
        .filter(|(path, _, line)| {
            path.starts_with(within)
                && !places.iter().any(|place| path.starts_with(place))
                && words.iter().any(|word| line.contains(word))
        })
        .map(|(path, n, line)| format!("{path}:{n}: {}", line.trim()))
        .collect();
    assert!(broken.is_empty(), "{rule}:\n{}", broken.join("\n"));
}

#[test]
fn no_file_is_long() {
    for (path, content) in sources() {
        let lines = content.lines().count();
        let free = ANY_LENGTH.iter().any(|part| path.contains(part));
        assert!(free || lines <= LINES, "{path} has {lines} lines: split it by what its parts are about");
    }
}

#[test]
fn test_programs_are_short() {
    for (path, content) in sources() {
        let lines = content.lines().count();
        assert!(!path.starts_with("tests/programs/src/bin/") || lines <= 60, "{path} has {lines} lines: make it two");
    }
}

#[test]
fn nothing_is_left_to_be_done() {
    only_in(&[], "", &["todo!(", "unimplemented!(", "dbg!("], "finish it");
}

#[test]
fn no_path_of_anybodys_machine_is_written_down() {
    // Put together here so that this file does not break the rule.
    let homes = ["/ro", "/wo", "/ho", "/Us"].into_iter().zip(["ot/", "rk/", "me/", "ers/"]);
    let homes: Vec<String> = homes.map(|(start, end)| format!("{start}{end}")).collect();
    for (path, content) in sources() {
        for (n, line) in content.lines().enumerate() {
            let starts = |home: &str| {
                line.match_indices(home)
                    .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || ".-_@".contains(c)))
            };
            assert!(!homes.iter().any(|home| starts(home)), "{path}:{}: {line}", n + 1);
        }
    }
}

#[test]
fn every_path_that_the_documents_name_is_there() {
    let sources = sources();
    let tops: Vec<PathBuf> = fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().path()).collect();
    let tops: Vec<&str> = tops.iter().filter_map(|path| path.file_name()?.to_str()).collect();
    for (document, content) in sources.iter().filter(|(path, _)| path.ends_with(".md")) {
        // Between the quotes of code: every second piece.
        for named in content.split('`').skip(1).step_by(2) {
            let Some((top, _)) = named.split_once('/') else { continue };
            let plain = named.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
            let kind = [".rs", ".md", ".toml", ".wit"].iter().any(|ending| named.ends_with(ending));
            if !plain || top == "target" || !(tops.contains(&top) || kind) {
                continue;
            }
            let beside = root().join(document).with_file_name(named);
            assert!(root().join(named).exists() || beside.exists(), "{document} names {named}, which is not there");
        }
    }
}

#[test]
fn the_examples_of_larder_toml_are_accepted() {
    let page = fs::read_to_string(root().join("docs/larder-toml.md")).unwrap();
    let examples: Vec<&str> =
        page.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default()).collect();
    assert_eq!(examples.len(), 2);
    for example in examples {
        larder::Manifest::parse(example).unwrap_or_else(|error| panic!("{error}:\n{example}"));
    }
}

/// What differs from a component's home stands once, in the code; the table of the guide shows it.
#[test]
fn the_guide_shows_the_differences_that_inspect_tells() {
    let mut table = String::from("| interface | there | here |\n|---|---|---|\n");
    for group in larder::standard::DIFFERENCES {
        for (n, point) in group.points.iter().enumerate() {
            let title = if n == 0 { format!(" {} ", group.title) } else { " ".to_owned() };
            table.push_str(&format!("|{title}| {} | {} |\n", point.there, point.here));
        }
    }
    let guide = fs::read_to_string(root().join("docs/standard-interfaces.md")).unwrap();
    assert!(guide.contains(&format!("{table}\n")), "docs/standard-interfaces.md should have this table:\n{table}");
}

/// What a plugin calls and can be refused, by interface, resource and name.
fn fallible_calls(wit: &str) -> Vec<(String, Option<String>, String)> {
    let code: String =
        wit.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join(" ");
    let (mut calls, mut blocks, mut rest) = (Vec::new(), Vec::<String>::new(), code.as_str());
    while let Some(at) = rest.find(['{', '}', ';']) {
        let (statement, end) = (rest[..at].trim(), &rest[at..at + 1]);
        rest = &rest[at + 1..];
        match end {
            "{" => blocks.push(statement.to_owned()),
            "}" => drop(blocks.pop()),
            _ => {
                let Some((name, function)) = statement.split_once(':') else { continue };
                let block = |kind: &str| blocks.iter().find_map(|block| block.strip_prefix(kind).map(str::to_owned));
                if let Some(interface) = block("interface ")
                    && function.contains("func(")
                    && function.contains("-> result<")
                {
                    // A name that is a word of WIT has a mark before it.
                    calls.push((interface, block("resource "), name.trim_start_matches('%').to_owned()));
                }
            }
        }
    }
    calls
}

/// Fail for a call of the WIT files in `contract` that the Rust files in `host` do not name, with `package` before it, where they
/// measure calls.
fn measured(contract: &str, host: &str, package: impl Fn(&str) -> String, least: usize) {
    let sources = sources();
    let code: String = sources.iter().filter(|(path, _)| path.starts_with(host)).map(|(_, code)| &code[..]).collect();
    let mut number = 0;
    for (path, content) in sources.iter().filter(|(path, _)| path.ends_with(".wit")) {
        // One folder is not those in it, and what a package only uses is not offered by it.
        let elsewhere = |rest: &str| ["standard/", "test/"].iter().any(|folder| rest.starts_with(folder));
        if path.strip_prefix(contract).is_none_or(|rest| elsewhere(rest) || rest.contains("deps/")) {
            continue;
        }
        // What a component exports, the host calls.
        let calls = fallible_calls(content).into_iter().filter(|(interface, ..)| interface != "on-change");
        for (interface, resource, name) in calls {
            let interface = package(content) + &interface;
            let mut names = vec![format!("\"{interface}.{name}\"")];
            names.extend(resource.map(|resource| format!("\"{interface}.{resource}.{name}\"")));
            assert!(names.iter().any(|name| code.contains(name)), "no call of {}", names.join(" or "));
            number += 1;
        }
    }
    assert!(number > least, "{contract}: {number} calls");
}

#[test]
fn each_call_that_can_be_refused_is_measured() {
    measured("wit/", "host/runtime/src/interfaces/", |_| String::new(), 40);
    let package = |wit: &str| {
        let line = wit.lines().find_map(|line| line.strip_prefix("package ")).unwrap_or_default();
        format!("{}/", line.split(['@', ';']).next().unwrap_or_default())
    };
    measured("wit/standard/", "host/runtime/src/standard/", package, 40);
}

#[test]
fn only_the_sandbox_names_paths() {
    let ambient = ["ambient_authority", "open_ambient"];
    only_in(&["host/engine/src/sandbox/"], "host/", &ambient, "only the sandbox opens a path of the file system");
    let named = [
        "fs::read",
        "fs::write",
        "fs::remove",
        "fs::rename",
        "fs::create",
        "fs::copy",
        "fs::metadata",
        "fs::symlink",
        "fs::hard_link",
        "fs::canonicalize",
        "File::open",
        "File::create",
        "File::options",
        "fs::DirBuilder::new",
        "env::current",
        "env::temp",
    ];
    only_in(&["host/engine/src/sandbox/"], "host/engine/src/", &named, "all else is relative to a directory's handle");
    // The files of the operator, none of a tenant: components, the manifest, the compiled code, a token, certificates.
    let operator =
        ["host/runtime/src/manifest/", "host/runtime/src/runtime/", "host/runtime/src/influx/operator_files.rs"];
    only_in(&operator, "host/runtime/src/", &named, "a tenant's files are reached by its directory's handle");
}

#[test]
fn bindings_are_generated_in_one_place() {
    // The contract's, those of others' interfaces, and that of tests.
    let bindings = [
        "host/runtime/src/bindings.rs",
        "host/runtime/src/standard/bindings.rs",
        "host/runtime/src/testing/bindings.rs",
        "examples/",
    ];
    only_in(&bindings, "host/", &["bindgen!"], "the host has one set of bindings");
    let guests =
        ["guest/sdk/src/bindings.rs", "guest/inventory/", "guest/bench/", "guest/bench-keyvalue/", "guest/bench-http/"];
    only_in(&guests, "guest/", &["generate!"], "the SDK has one set of bindings");
}

#[test]
fn layers_know_only_those_below() {
    only_in(&["host/engine/src/sqlite/", "host/bench/"], "host/", &["rusqlite"], "only the back end knows SQLite");
    only_in(&[], "host/engine/src/", &["wasmtime", "tokio"], "the engine knows neither wasm nor an executor");
    only_in(&[], "host/runtime/src/", &["clap::", "anyhow"], "the command line is another crate");
    let manifest = fs::read_to_string(root().join("host/engine/Cargo.toml")).unwrap();
    for name in ["wasmtime", "tokio", "wit-"] {
        assert!(!manifest.lines().any(|line| line.starts_with(name)), "the engine depends on {name}");
    }
}

#[test]
fn the_contract_is_in_one_place() {
    for (path, content) in sources() {
        let declares = path.ends_with(".wit") && content.lines().any(|line| line.starts_with("package larder:store"));
        assert!(!declares || path.starts_with("wit/"), "{path} is a second copy of the contract");
    }
    let contract = root().join("wit").canonicalize().unwrap();
    let packages = ["guest/sdk/wit", "host/runtime/wit", "guest/python/src/larder_guest/wit"];
    let worlds = [
        "examples/c-words/wit",
        "examples/embed/wit",
        "examples/js-sessions/wit",
        "examples/notes/wit",
        "guest/c/tests/wit",
        "guest/js/test/component/wit",
    ];
    for copy in packages.into_iter().map(str::to_owned).chain(worlds.map(|world| format!("{world}/deps/larder-store")))
    {
        assert_eq!(root().join(&copy).canonicalize().unwrap(), contract, "{copy}");
    }
}
