//! C: clang and wasi-libc of Debian, the bindings by `bindings-c`, and the linker for components that rustc brings along.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::Component;
use crate::process::{self, Echo};
use crate::project::Project;
use crate::toolchain;

/// `build` is nothing: there is one target of `make`.
pub(super) const COMPONENTS: [Component; 3] = [
    Component { name: "words", folder: "examples/c-words", build: &[] },
    Component { name: "words_tests", folder: "examples/c-words/tests", build: &[] },
    Component { name: "c_checks", folder: "guest/c/tests", build: &[] },
];

/// Debian's packages, each with a file that shows that it is there.
const PACKAGES: [(&str, &str); 5] = [
    ("make", "/usr/bin/make"),
    ("clang-19", "/usr/bin/clang-19"),
    ("lld-19", "/usr/bin/wasm-ld-19"),
    ("libclang-rt-19-dev-wasm32", "/usr/lib/llvm-19/lib/clang/19/lib/wasi/libclang_rt.builtins-wasm32.a"),
    ("wasi-libc", "/usr/lib/wasm32-wasi/libc.a"),
];

pub(super) fn build(project: &Project, components: &[&Component]) -> Result<()> {
    setup()?;
    let (manifest, built) = (project.root().join("xtask/bindings-c/Cargo.toml"), project.tools().join("bindings-c"));
    let mut bindings = project.cargo();
    bindings.args(["build", "--quiet", "--locked", "--manifest-path"]).arg(manifest).arg("--target-dir").arg(&built);
    process::run(&mut bindings)?;
    let linker = toolchain::component_ld().context(
        "there is no wasm-component-ld, which rustc 1.82 and newer bring along: `cargo install wasm-component-ld`",
    )?;
    for component in components {
        let mut make = Command::new("make");
        make.args(["--silent", "--always-make", "--directory"]).arg(component.folder(project));
        make.arg(format!("WIT_BINDGEN={}", quoted(&built.join("debug/bindings-c"))));
        make.arg(format!("COMPONENT_LD={}", linker.display()));
        process::run_with_tail(&mut make, Echo::Hidden)?;
    }
    Ok(())
}

fn setup() -> Result<()> {
    for (package, file) in PACKAGES {
        if !Path::new(file).exists() {
            toolchain::install_package(package).with_context(|| {
                let all: Vec<&str> = PACKAGES.iter().map(|(package, _)| *package).collect();
                format!("{package} is missing; type `sudo apt-get install {}`", all.join(" "))
            })?;
        }
    }
    Ok(())
}

/// For the shell that `make` runs.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}
