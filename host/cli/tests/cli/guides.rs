//! The guides in `docs/guests`, done as written: a project is made, built by the language's own tools, run for two tenants, and
//! tested by its own test.
//!
//! What a guide gets from a registry is not got here once more: `cargo xtask guests` and `cargo xtask languages` have it
//! below target/tools.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

use crate::harness::Cli;

/// A guide, and a directory to do it in.
struct Guide {
    text: String,
    cli: Cli,
    environment: Vec<(&'static str, PathBuf)>,
}

/// What the project's commands installed for themselves.
fn tool(path: &str) -> PathBuf {
    let path = target().join("tools").join(path);
    assert!(path.exists(), "{} is missing: `cargo xtask guests` and `cargo xtask languages` set it up", path.display());
    path
}

fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().to_owned()
}

impl Guide {
    fn open(language: &str) -> Guide {
        let path = format!("{}/../../docs/guests/{language}.md", env!("CARGO_MANIFEST_DIR"));
        Guide { text: fs::read_to_string(path).unwrap(), cli: Cli::new(), environment: Vec::new() }
    }

    fn with(mut self, variable: &'static str, value: PathBuf) -> Guide {
        self.environment.push((variable, value));
        self
    }

    fn project(&self) -> PathBuf {
        self.cli.path("visits")
    }

    /// The blocks of a kind in a section.
    fn blocks(&self, section: &str, kind: &str) -> String {
        let from = self.text.split_once(&format!("\n## {section}\n")).unwrap_or_else(|| panic!("no {section}")).1;
        let section = from.split("\n## ").next().unwrap();
        let fence = format!("\n```{kind}\n");
        let blocks = section.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap());
        blocks.collect::<String>()
    }

    /// Make the project, as the guide begins, and see that it holds the program that the guide shows.
    fn begin(&self, kind: &str, program: &str) {
        let commands = self.blocks("Begin", "sh");
        let offline: String =
            commands.lines().filter(|line| !line.starts_with("npm install")).map(|line| format!("{line}\n")).collect();
        self.run(self.cli.path("."), &offline);
        let there = fs::read_to_string(self.project().join(program)).unwrap();
        assert!(self.blocks("Begin", kind).contains(&there), "the guide shows another {program}");
    }

    /// Do what the guide says, and answer what was printed.
    fn build_and_run(&self) -> String {
        self.run(self.project(), &self.blocks("Build and run", "sh"))
    }

    fn run(&self, directory: PathBuf, commands: &str) -> String {
        assert!(!commands.is_empty());
        let larder = Path::new(env!("CARGO_BIN_EXE_larder")).parent().unwrap().to_owned();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths([larder].into_iter().chain(std::env::split_paths(&path))).unwrap();
        let mut shell = Command::new("sh");
        shell.args(["-euc", commands]).current_dir(directory).env("PATH", path);
        for variable in ["LARDER_ROOT", "LARDER_CONFIG", "CARGO_TARGET_DIR", "LARDER"] {
            shell.env_remove(variable);
        }
        let output = shell.envs(self.environment.iter().map(|(name, value)| (name, value))).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{commands}\n{said}{}", String::from_utf8_lossy(&output.stderr));
        said
    }

    /// Run the component for another tenant, who sees nothing of the first one's.
    fn another_tenant(&self, commands: &str, expected: &str) {
        assert_eq!(self.run(self.project(), commands), expected);
    }
}

const VISITS: &str = "/home was visited 1 times\n";
const SECOND: &str = "/about was visited 1 times\nbefore that: /home\n";
const LISTED: &str = "/about\t1\n/home\t1\n";

#[test]
fn the_guide_for_rust_works_as_written() {
    let guide = Guide::open("rust").with("CARGO_NET_OFFLINE", "true".into());
    guide.begin("rust", "src/main.rs");
    // The standard library is there already: cargo finds it where the guests were built.
    symlink(target().join("guests-build"), guide.project().join("target")).unwrap();
    let debian = target().join("tools/guest-ld");
    let guide = match debian.exists() {
        true => guide.with("GUEST_LD", debian).with("CARGO_HOME", tool("cargo-home")),
        false => guide,
    };
    let said = guide.build_and_run();
    assert!(said.contains(&format!("{VISITS}before that: nothing\n{SECOND}{LISTED}")), "{said}");
    assert!(said.contains("test each_tenant_has_visits_of_its_own ... ok"), "{said}");
    guide.another_tenant("larder run visits --tenant other -- /home", &format!("{VISITS}before that: nothing\n"));
}

#[test]
fn the_guide_for_python_works_as_written() {
    let guide = Guide::open("python").with("COMPONENTIZE_PY", tool("python/bin/componentize-py"));
    guide.begin("python", "src/app.py");
    let said = guide.build_and_run();
    assert!(said.contains(&format!("{VISITS}before that: nothing\n{SECOND}{LISTED}")), "{said}");
    guide.another_tenant("larder run visits --tenant other -- /home", &format!("{VISITS}before that: nothing\n"));
}

#[test]
fn the_guide_for_javascript_works_as_written() {
    let guide = Guide::open("javascript");
    guide.begin("js", "app.js");
    assert!(guide.blocks("Begin", "wit").contains(&fs::read_to_string(guide.project().join("wit/world.wit")).unwrap()));
    // What `npm install` would have brought, and the package that it would have linked.
    let (there, here) = (tool("js/node_modules"), guide.project().join("node_modules"));
    fs::create_dir(&here).unwrap();
    for entry in there.read_dir().unwrap() {
        let name = entry.unwrap().file_name();
        if name != "larder-guest" {
            symlink(there.join(&name), here.join(&name)).unwrap();
        }
    }
    symlink(guide.project().join("larder/larder-guest"), here.join("larder-guest")).unwrap();
    let said = guide.build_and_run();
    assert!(said.contains(&format!("ok((1, none))\nok((1, some(\"/home\")))\n{LISTED}")), "{said}");
    assert!(said.contains("pass 1"), "{said}");
    guide.another_tenant(r#"larder call visits visit '"/home"' --tenant other"#, "ok((1, none))\n");
}

#[test]
fn the_guide_for_c_works_as_written() {
    let guide = Guide::open("c").with("WIT_BINDGEN", tool("bindings-c/debug/bindings-c"));
    guide.begin("c", "main.c");
    let said = guide.build_and_run();
    assert!(said.contains(&format!("{VISITS}{SECOND}{LISTED}")), "{said}");
    assert!(said.contains("each tenant has visits of its own"), "{said}");
    guide.another_tenant("larder run visits --tenant other -- /home", VISITS);
}
