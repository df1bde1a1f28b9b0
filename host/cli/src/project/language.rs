//! What a project consists of in each language.

use clap::ValueEnum;

use super::Name;

/// The version of wit-bindgen that the copy of larder-guest is built with: that of the guests' workspace.
pub(super) const WIT_BINDGEN: &str = "0.61.1";

/// A language that there is a template for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// A program, by cargo
    Rust,
    /// Functions to call, by componentize-js
    #[value(name = "js", alias = "javascript")]
    Js,
    /// A program, by componentize-py
    Python,
    /// A program, by clang and wit-bindgen
    C,
}

/// A template, and the file that it becomes.
pub(super) struct Template {
    pub(super) from: &'static str,
    pub(super) to: &'static str,
    pub(super) executable: bool,
}

/// What is copied as it is.
pub(super) struct Copy {
    /// A folder.
    pub(super) from: &'static str,
    /// The folder that it comes to lie in.
    pub(super) to: &'static str,
    /// Folders in it that stay away.
    pub(super) without: &'static [&'static str],
}

const fn file(from: &'static str, to: &'static str) -> Template {
    Template { from, to, executable: false }
}

const fn script(from: &'static str, to: &'static str) -> Template {
    Template { from, to, executable: true }
}

const fn copy(from: &'static str, to: &'static str) -> Copy {
    Copy { from, to, without: &[] }
}

/// The contract as tools look for it below a world's folder.
const CONTRACT: Copy = Copy { from: "wit", to: "wit/deps/larder-store", without: &["standard", "deps"] };
const CONTRACT_IO: Copy = copy("wit/deps/io", "wit/deps/io");

const MANIFEST: Template = file("common/larder.toml", "larder.toml");

const COPY_OF_SDK: Copy = copy("sdk-src", "larder/guest/src");
const CONTRACT_OF_SDK: Copy = Copy { from: "wit", to: "larder/guest/wit", without: &["standard"] };
const COPY_OF_JS: Copy = copy("js", "larder/larder-guest");
const COPY_OF_PYTHON: Copy = Copy { from: "python", to: "larder", without: &["standard"] };
const COPY_OF_C: Copy = copy("c", "larder");
const COPY_OF_BINDINGS: Copy = copy("bindings-c", "larder/bindings-c");

const RUST: &[Template] = &[
    MANIFEST,
    file("common/gitignore", ".gitignore"),
    file("rust/README.md", "README.md"),
    file("rust/Cargo.toml", "Cargo.toml"),
    file("rust/src/main.rs", "src/main.rs"),
    file("rust/tests/plugin.rs", "tests/plugin.rs"),
    script("rust/build.sh", "build.sh"),
    script("rust/guest-ld", "larder/guest-ld"),
    file("rust/guest.toml", "larder/guest/Cargo.toml"),
];

const JS: &[Template] = &[
    MANIFEST,
    file("js/gitignore", ".gitignore"),
    file("js/README.md", "README.md"),
    file("js/package.json", "package.json"),
    file("js/app.js", "app.js"),
    file("js/world.wit", "wit/world.wit"),
    file("js/test/plugin.test.js", "test/plugin.test.js"),
    file("js/guest.json", "larder/larder-guest/package.json"),
];

const PYTHON: &[Template] = &[
    MANIFEST,
    file("python/gitignore", ".gitignore"),
    file("python/README.md", "README.md"),
    file("python/requirements.txt", "requirements.txt"),
    file("python/src/app.py", "src/app.py"),
    file("python/world.wit", "wit/world.wit"),
    file("python/tests/test_plugin.py", "tests/test_plugin.py"),
    script("python/build.sh", "build.sh"),
];

const C: &[Template] = &[
    MANIFEST,
    file("common/gitignore", ".gitignore"),
    file("c/README.md", "README.md"),
    file("c/Makefile", "Makefile"),
    file("c/main.c", "main.c"),
    file("c/world.wit", "wit/world.wit"),
    script("c/tests/run.sh", "tests/run.sh"),
];

impl Language {
    /// The word for it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Language::Rust => "Rust",
            Language::Js => "JavaScript",
            Language::Python => "Python",
            Language::C => "C",
        }
    }

    pub(super) fn templates(self) -> &'static [Template] {
        match self {
            Language::Rust => RUST,
            Language::Js => JS,
            Language::Python => PYTHON,
            Language::C => C,
        }
    }

    /// What comes along as it is.
    pub(super) fn copies(self) -> &'static [Copy] {
        match self {
            Language::Rust => &[COPY_OF_SDK, CONTRACT_OF_SDK],
            Language::Js => &[COPY_OF_JS, CONTRACT, CONTRACT_IO],
            // The package has the contract in it.
            Language::Python => &[COPY_OF_PYTHON],
            Language::C => &[COPY_OF_C, COPY_OF_BINDINGS, CONTRACT, CONTRACT_IO],
        }
    }

    /// Where the build leaves the component.
    pub(super) fn component(self, name: &Name) -> String {
        let name = name.as_str();
        match self {
            Language::Rust => format!("target/wasm32-wasip2/release/{name}.wasm"),
            _ => format!("target/{name}.wasm"),
        }
    }

    /// What an instance needs, and room for data.
    pub(super) fn memory(self) -> &'static str {
        match self {
            Language::Rust | Language::C => "64MiB",
            Language::Js | Language::Python => "128MiB",
        }
    }

    /// The commands that come next, in the project.
    pub(crate) fn next(self, name: &Name) -> Vec<String> {
        let name = name.as_str();
        let run = format!("larder run {name} --tenant acme -- /home");
        match self {
            Language::Rust | Language::Python => vec!["./build.sh".into(), run],
            Language::C => vec!["make".into(), run],
            Language::Js => vec![
                "npm install --no-audit --no-fund".into(),
                "npm run build".into(),
                format!("larder call {name} visit '\"/home\"' --tenant acme"),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A copy of larder-guest is built with what the crate itself is built with.
    #[test]
    fn the_version_of_wit_bindgen_is_that_of_the_guests() {
        let guests = include_str!("../../../../guest/Cargo.toml");
        assert!(guests.contains(&format!("wit-bindgen = {{ version = \"{WIT_BINDGEN}\"")), "{guests}");
    }

    /// The tools of a project are those that the packages are tested with.
    #[test]
    fn the_versions_of_tools_are_those_of_the_packages() {
        let package: serde_json::Value =
            serde_json::from_str(include_str!("../../../../guest/js/package.json")).unwrap();
        let template: serde_json::Value =
            serde_json::from_str(&super::super::embedded::template("js/package.json").replace("{{name}}", "n"))
                .unwrap();
        for (name, version) in template["devDependencies"].as_object().unwrap() {
            assert_eq!(package["devDependencies"][name], *version, "{name}");
        }
        assert_eq!(template["overrides"], package["overrides"]);
        let requirement = super::super::embedded::template("python/requirements.txt").trim();
        assert!(include_str!("../../../../guest/python/requirements.txt").contains(requirement), "{requirement}");
    }
}
