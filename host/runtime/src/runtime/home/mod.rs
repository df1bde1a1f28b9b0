//! Where a component is at home: which host it was built for, as far as its imports and exports tell.

mod evidence;
mod worlds;

use std::{fmt, path::Path};

use wasmparser::{Encoding, Parser, Payload, Validator, WasmFeatures};

use super::{
    error::LoadError,
    imports::{Import, ImportKind, is_concurrent_run},
    program,
};
use crate::{
    standard::{self, Difference, WATCHERS, instead},
    testing::is_kit,
};

/// Where a component is at home, and what it is.
///
/// ```no_run
/// let home = larder::Home::from_file("plugin.wasm")?;
/// for import in &home.imports {
///     println!("{}: {}", import.name, import.instead().unwrap_or("served"));
/// }
/// # Ok::<(), larder::LoadError>(())
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    /// The hosts that it can have been built for; each of them offers all that tells. More than one where they offer the same.
    pub hosts: Vec<HomeHost>,
    /// What tells, a sentence each, such as `it imports fermyon:spin/key-value@2.0.0`.
    pub because: Vec<String>,
    /// The worlds that it was probably built for, such as `wasi:cli/command@0.2.6`: that of its exports first.
    pub worlds: Vec<String>,
    /// What can be done with it.
    pub role: Role,
    /// What it imports.
    pub imports: Vec<Import>,
    /// The interfaces and functions that it exports.
    pub exports: Vec<String>,
}

/// A host of components.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HomeHost {
    /// This one.
    Larder,
    /// wasmtime's own command, `wasmtime run` and `wasmtime serve`.
    Wasmtime,
    /// Spin.
    Spin,
    /// wasmCloud.
    Wasmcloud,
    /// Any host of WASI.
    Wasi,
    /// One with interfaces that none of these has.
    Other,
}

impl HomeHost {
    /// A word for programs: `larder`, `wasmtime`, `spin`, `wasmcloud`, `wasi`, `other`.
    pub fn as_str(self) -> &'static str {
        match self {
            HomeHost::Larder => "larder",
            HomeHost::Wasmtime => "wasmtime",
            HomeHost::Spin => "spin",
            HomeHost::Wasmcloud => "wasmcloud",
            HomeHost::Wasi => "wasi",
            HomeHost::Other => "other",
        }
    }
}

impl fmt::Display for HomeHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            HomeHost::Larder => "larder",
            HomeHost::Wasmtime => "wasmtime",
            HomeHost::Spin => "Spin",
            HomeHost::Wasmcloud => "wasmCloud",
            HomeHost::Wasi => "any host of WASI",
            HomeHost::Other => "a host with interfaces of its own",
        })
    }
}

/// What can be done with a component.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It is run as a program: it exports `wasi:cli/run`.
    Command,
    /// It answers requests: it exports `wasi:http/incoming-handler@0.2` or `wasi:http/handler@0.3`.
    HttpHandler,
    /// It is called when something changes: it exports `larder:store/on-change`, or a `watcher`.
    Trigger,
    /// It has [tests](crate::testing): it imports `larder:test/kit`, which nothing else gets.
    Tests,
    /// Its functions are called.
    Functions,
    /// It exports nothing.
    Nothing,
}

impl Role {
    /// A word for programs: `command`, `http-handler`, `trigger`, `tests`, `functions`, `nothing`.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Command => "command",
            Role::HttpHandler => "http-handler",
            Role::Trigger => "trigger",
            Role::Tests => "tests",
            Role::Functions => "functions",
            Role::Nothing => "nothing",
        }
    }

    fn of(exports: &[String]) -> Role {
        let any = |is: fn(&str) -> bool| exports.iter().any(|name| is(name));
        // Each program of Rust exports `run` as well, so that the others count first.
        if any(|name| name.starts_with("wasi:http/incoming-handler@0.2.") || name.starts_with("wasi:http/handler@0.3."))
        {
            Role::HttpHandler
        } else if any(|name| name.starts_with("larder:store/on-change@0.1.") || is_watcher(name)) {
            Role::Trigger
        } else if any(|name| name.starts_with("wasi:cli/run@0.2.") || is_concurrent_run(name)) {
            Role::Command
        } else if exports.is_empty() {
            Role::Nothing
        } else {
            Role::Functions
        }
    }
}

fn is_watcher(name: &str) -> bool {
    WATCHERS.iter().any(|(watcher, _)| *watcher == name)
}

impl Home {
    /// Look at a component without compiling it, also at one that this host cannot run.
    ///
    /// # Errors
    /// [`LoadError::NotWasm`], [`LoadError::CoreModule`], and [`LoadError::Invalid`] for what is no valid component.
    pub fn read(bytes: &[u8]) -> Result<Home, LoadError> {
        program::check_kind(bytes)?;
        let invalid = |error: wasmparser::BinaryReaderError| LoadError::Invalid { message: error.to_string() };
        // Every feature: the question is what it is, not whether it runs here.
        Validator::new_with_features(WasmFeatures::all()).validate_all(bytes).map_err(invalid)?;
        let (mut imports, mut exports, mut depth) = (Vec::new(), Vec::new(), 0_usize);
        for payload in Parser::new(0).parse_all(bytes) {
            match payload.map_err(invalid)? {
                Payload::Version { encoding: Encoding::Component | Encoding::Module, .. } => depth += 1,
                Payload::End(_) => depth = depth.saturating_sub(1),
                Payload::ComponentImportSection(section) if depth == 1 => {
                    for import in section {
                        let name = import.map_err(invalid)?.name;
                        imports.push(Import::new(name.name, name.implements));
                    }
                }
                Payload::ComponentExportSection(section) if depth == 1 => {
                    for export in section {
                        exports.push(export.map_err(invalid)?.name.name.to_owned());
                    }
                }
                _ => {}
            }
        }
        Ok(Home::new(imports, exports, false))
    }

    /// [`Home::read`] on the content of a file.
    ///
    /// # Errors
    /// Those of [`Home::read`], and [`LoadError::Read`].
    pub fn from_file(path: impl AsRef<Path>) -> Result<Home, LoadError> {
        Home::read(&program::read_file(path.as_ref())?)
    }

    /// `spins_batch`: it imports `wasi:keyvalue/batch` 0.2.0-draft2 in the shape that Spin alone has.
    pub(super) fn new(imports: Vec<Import>, exports: Vec<String>, spins_batch: bool) -> Home {
        let (hosts, because) = evidence::weigh(&imports, &exports, spins_batch);
        let worlds = worlds::probable(&imports, &exports, &hosts);
        let has_kit = imports.iter().any(|import| is_kit(import.interface()));
        let role = if has_kit { Role::Tests } else { Role::of(&exports) };
        Home { hosts, because, worlds, role, imports, exports }
    }

    /// In what points an import differs here from what the component knows from home.
    pub fn import_differences(&self, import: &Import) -> Vec<&'static Difference> {
        // Who is at home here knows what WASI is here.
        let known = import.kind == ImportKind::Wasi && self.hosts == [HomeHost::Larder];
        if known || !import.is_served() { Vec::new() } else { standard::differences(import.interface()) }
    }

    /// In what points the host calls an export differently than its home does, such as a `watcher`.
    pub fn export_differences(&self, export: &str) -> Vec<&'static Difference> {
        if is_watcher(export) { standard::differences(export) } else { Vec::new() }
    }

    /// The exports that nothing here calls by itself, each with what to do: `larder call` can call their functions.
    pub fn unserved_exports(&self) -> Vec<(&str, &'static str)> {
        let called = |name: &str| {
            !name.contains(':')
                || is_watcher(name)
                || name.starts_with("larder:store/on-change@0.1.")
                || Role::of(&[name.to_owned()]) != Role::Functions
        };
        let known = |name: &str| evidence::is_of_a_host(name) || name.starts_with("wasi:");
        let exports = self.exports.iter().map(String::as_str);
        exports.filter(|name| !called(name) && known(name)).map(|name| (name, instead(name))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Program, Runtime, RuntimeConfig};

    fn home(text: &str) -> Home {
        let bytes = wat::parse_str(text).unwrap();
        let read = Home::read(&bytes).unwrap();
        let runtime = Runtime::new(RuntimeConfig::new()).unwrap();
        let compiled = Program::from_bytes(&runtime, &bytes).unwrap().home();
        assert_eq!(compiled, read, "compiled and read, a component is the same");
        read
    }

    #[test]
    fn what_is_inside_a_component_is_not_what_it_imports() {
        let found = home(
            r#"(component
                (component (import "fermyon:spin/key-value@2.0.0" (instance)))
                (core module (import "a" "b" (func)))
                (import "wasi:io/poll@0.2.0" (instance)))"#,
        );
        assert_eq!(found.hosts, [HomeHost::Wasi]);
        assert_eq!(found.imports.len(), 1);
        assert_eq!(found.role, Role::Nothing);
    }

    #[test]
    fn what_is_no_component_is_told_so() {
        assert!(matches!(Home::read(b"hello"), Err(LoadError::NotWasm)));
        assert!(matches!(Home::read(b"\0asm\x01\0\0\0"), Err(LoadError::CoreModule)));
        assert!(matches!(Home::read(b"\0asm\x0d\0\x01\0\x07\xff"), Err(LoadError::Invalid { .. })));
        assert!(matches!(Home::from_file("no such file"), Err(LoadError::Read { .. })));
    }

    #[test]
    fn exports_say_what_it_is() {
        let role = |name: &str| Role::of(&[name.to_owned()]);
        assert_eq!(role("wasi:cli/run@0.2.6"), Role::Command);
        assert_eq!(role("wasi:cli/run@0.3.0"), Role::Command);
        assert_eq!(role("wasi:http/incoming-handler@0.2.2"), Role::HttpHandler);
        assert_eq!(role("wasi:http/handler@0.3.0"), Role::HttpHandler);
        assert_eq!(role("wasi:http/handler@0.4.0"), Role::Functions);
        assert_eq!(role("larder:store/on-change@0.1.0"), Role::Trigger);
        assert_eq!(role("wasi:keyvalue/watcher@0.2.0-draft2"), Role::Trigger);
        assert_eq!(role("add"), Role::Functions);
        let both = ["wasi:cli/run@0.2.6", "larder:store/on-change@0.1.0"].map(str::to_owned);
        assert_eq!(Role::of(&both), Role::Trigger);
    }

    #[test]
    fn who_is_at_home_here_is_told_nothing_of_wasi() {
        let differences = |names: [&str; 2]| {
            let home = Home::new(names.map(|name| Import::new(name, None)).to_vec(), Vec::new(), false);
            home.imports.iter().map(|import| home.import_differences(import).len()).collect::<Vec<_>>()
        };
        assert_eq!(differences(["wasi:sockets/tcp@0.2.0", "larder:store/store@0.1.0"]), [0, 0]);
        assert_eq!(differences(["wasi:sockets/tcp@0.2.0", "wasi:sockets/tcp@0.3.0"]), [1, 0]);
        assert_eq!(differences(["wasi:sockets/tcp@0.2.0", "fermyon:spin/key-value"]), [1, 3]);
    }

    #[test]
    fn an_export_that_nothing_here_calls_is_named() {
        let exports = ["fermyon:spin/inbound-redis", "add", "wasi:cli/run@0.2.0", "example:notes/notes@0.1.0"];
        let home = Home::new(Vec::new(), exports.map(str::to_owned).to_vec(), false);
        let unserved: Vec<&str> = home.unserved_exports().iter().map(|(name, _)| *name).collect();
        assert_eq!(unserved, ["fermyon:spin/inbound-redis"]);
    }
}
