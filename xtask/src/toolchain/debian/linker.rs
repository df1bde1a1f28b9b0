//! The linker for Debian's compiler: a script that adds to the linker's arguments what rustc would have brought along.

use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::{Context, Result};

use crate::project::Project;
use crate::toolchain::library_directory;

/// Write the script, unless it is there, and answer its path.
///
/// # Errors
/// When it cannot be written, or the linker that it calls is not where rustc's other programs are.
pub(super) fn write(project: &Project, rustc: &Path) -> Result<PathBuf> {
    let path = project.tools().join("guest-ld");
    let script = script(&component_ld(rustc)?);
    if fs::read_to_string(&path).is_ok_and(|there| there == script) {
        return Ok(path);
    }
    let write = || {
        fs::create_dir_all(project.tools())?;
        fs::write(&path, &script)?;
        make_executable(&path)
    };
    write().with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

/// The linker that makes a component of what `wasm-ld` links.
fn component_ld(rustc: &Path) -> Result<PathBuf> {
    let libraries = library_directory(rustc.as_os_str(), &[]);
    let path = libraries.and_then(|libraries| Some(libraries.parent()?.join("bin/wasm-component-ld")));
    path.filter(|path| path.is_file()).with_context(|| format!("{} came without wasm-component-ld", rustc.display()))
}

#[cfg(unix)]
fn make_executable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

/// Debian's toolchain is used on Debian only; this lets the others compile.
#[cfg(not(unix))]
fn make_executable(_path: &Path) -> io::Result<()> {
    Ok(())
}

/// A program needs `crt1-command.o`, which calls `main`; rustc tells one from a library by `--no-entry`.
///
/// Both need `crt1-reactor.o`: it runs the constructors once, at the start. Without it the linker makes every export run
/// them, also the one that allocates memory in the middle of a call out of the component, where calls are forbidden.
fn script(component_ld: &Path) -> String {
    let component_ld = component_ld.display().to_string().replace('\'', r"'\''");
    format!(
        r#"#!/bin/sh
libc=/usr/lib/wasm32-wasi
start=$libc/crt1-command.o
for argument in "$@"; do
    if [ "$argument" = --no-entry ]; then start=; fi
done
exec '{component_ld}' "$@" --wasm-ld-path=/usr/bin/wasm-ld-19 -L$libc $start $libc/crt1-reactor.o -lc
"#
    )
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    fn arguments(given: &[&str]) -> String {
        let script = script(Path::new("/usr/bin/echo")).replace("exec '/usr/bin/echo'", "exec echo");
        let output = Command::new("sh").arg("-c").arg(script).arg("sh").args(given).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    #[test]
    fn a_program_gets_a_start_function_and_a_library_none() {
        let program = arguments(&["a b.o", "-o", "x.wasm"]);
        assert!(program.starts_with("a b.o -o x.wasm "), "{program}");
        assert!(program.contains("crt1-command.o") && program.contains("crt1-reactor.o"), "{program}");
        let library = arguments(&["--no-entry", "b.o"]);
        assert!(!library.contains("crt1-command.o") && library.contains("crt1-reactor.o"), "{library}");
    }

    #[test]
    fn a_quote_in_the_path_stays_a_quote() {
        assert!(script(Path::new("/it's/ld")).contains(r"exec '/it'\''s/ld' "));
    }
}
