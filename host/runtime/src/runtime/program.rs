use std::{fmt, path::Path, sync::Arc};

use wasmtime::component::{
    Component, ComponentExportIndex, Linker,
    types::{ComponentFunc, ComponentItem},
};

use super::{
    Runtime, asynchronous,
    error::{LoadError, RunError},
    home::Home,
    imports::{Import, ImportKind, MissingImport, is_concurrent, is_concurrent_run, is_http_handler},
    machine::Machine,
    plugin::Plugin,
    state::State,
};
use crate::{Interfaces, standard};

/// A compiled component, of which nothing is known yet but what it imports and exports.
///
/// Cheap to clone; the clones are the same code.
#[derive(Clone)]
pub struct Program {
    /// Keeps the time that its instances run by.
    _runtime: Runtime,
    machine: Arc<Machine>,
    component: Component,
    exports: Arc<[Export]>,
}

/// A function that a component exports.
#[derive(Clone, Debug)]
pub struct Export {
    /// The interface that holds it, such as `wasi:cli/run@0.2.6`; `None` for a function of the world itself.
    pub interface: Option<String>,
    /// The function's name.
    pub function: String,
    /// Its parameters and results.
    pub ty: ComponentFunc,
}

impl Export {
    /// The name that tells it from all others: `interface#function`, or the function alone.
    pub fn path(&self) -> String {
        match &self.interface {
            Some(interface) => format!("{interface}#{}", self.function),
            None => self.function.clone(),
        }
    }
}

/// How a component begins; a core module has a 1 in place of the last four bytes.
const COMPONENT: [u8; 8] = [0, b'a', b's', b'm', 0x0d, 0, 1, 0];
const MODULE: [u8; 8] = [0, b'a', b's', b'm', 1, 0, 0, 0];

/// Tell a component from what is none.
pub(super) fn check_kind(bytes: &[u8]) -> Result<(), LoadError> {
    if bytes.starts_with(&MODULE) {
        Err(LoadError::CoreModule)
    } else if bytes.starts_with(&COMPONENT) {
        Ok(())
    } else {
        Err(LoadError::NotWasm)
    }
}

pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, LoadError> {
    std::fs::read(path).map_err(|source| LoadError::Read { path: path.to_owned(), source })
}

impl Program {
    /// Compile the component in `bytes`, or take its code from the cache. Can take a second: keep it away from threads
    /// that must not block.
    ///
    /// # Errors
    /// [`LoadError::NotWasm`], [`LoadError::CoreModule`], [`LoadError::Invalid`], [`LoadError::Engine`].
    pub fn from_bytes(runtime: &Runtime, bytes: &[u8]) -> Result<Program, LoadError> {
        check_kind(bytes)?;
        let machine = if is_concurrent(bytes) || asynchronous::is_used(bytes) {
            runtime.concurrent().map_err(|error| LoadError::Engine { message: format!("{error:#}") })?
        } else {
            runtime.plain()
        };
        let component = Component::from_binary(&machine.engine, bytes)
            .map_err(|error| LoadError::Invalid { message: format!("{error:#}") })?;
        let exports = exports(&component);
        Ok(Program { _runtime: runtime.clone(), machine, component, exports })
    }

    /// [`Program::from_bytes`] on the content of a file.
    ///
    /// # Errors
    /// Those of [`Program::from_bytes`], and [`LoadError::Read`].
    pub fn from_file(runtime: &Runtime, path: impl AsRef<Path>) -> Result<Program, LoadError> {
        Program::from_bytes(runtime, &read_file(path.as_ref())?)
    }

    /// What it imports, by name.
    pub fn imports(&self) -> Vec<Import> {
        let ty = self.component.component_type();
        ty.imports(&self.machine.engine).map(|(name, item)| Import::new(name, item.implements)).collect()
    }

    /// Which host it was built for, as far as its imports and exports tell.
    pub fn home(&self) -> Home {
        let ty = self.component.component_type();
        let exports = ty.exports(&self.machine.engine).map(|(name, _)| name.to_owned()).collect();
        Home::new(self.imports(), exports, standard::is_of_spins_shape(&self.component))
    }

    /// The functions that it exports.
    pub fn exports(&self) -> &[Export] {
        &self.exports
    }

    /// The exported function called `name`: `interface#function`, or the function's name alone when no other interface
    /// has one of that name.
    ///
    /// # Errors
    /// [`RunError::NoSuchExport`], which lists what there is.
    pub fn export(&self, name: &str) -> Result<&Export, RunError> {
        let mut found = self.exports.iter().filter(|export| export.path() == name || export.function == name);
        match (found.next(), found.next()) {
            (Some(export), None) => Ok(export),
            (Some(_), Some(_)) => self.exports.iter().find(|export| export.path() == name).ok_or_else(|| self.no(name)),
            _ => Err(self.no(name)),
        }
    }

    fn no(&self, name: &str) -> RunError {
        RunError::NoSuchExport { name: name.to_owned(), available: self.exports.iter().map(Export::path).collect() }
    }

    /// Whether it is a program for the command line: it exports `wasi:cli/run@0.2` or `wasi:cli/run@0.3`.
    pub fn is_command(&self) -> bool {
        let is_run = |interface: &str| interface.starts_with("wasi:cli/run@0.2.") || is_concurrent_run(interface);
        self.exports.iter().any(|export| export.function == "run" && export.interface.as_deref().is_some_and(is_run))
    }

    /// Where it exports `wasi:cli/run@0.3`, if it does.
    pub(super) fn concurrent_run(&self) -> Option<ComponentExportIndex> {
        let mut interfaces = self.exports.iter().filter_map(|export| export.interface.as_deref());
        let run = self.component.get_export_index(None, interfaces.find(|interface| is_concurrent_run(interface))?)?;
        self.component.get_export_index(Some(&run), "run")
    }

    /// Whether it runs on the engine for concurrent components, on which each call costs more: it imports
    /// `larder:store/event-stream`, exports `wasi:cli/run@0.3`, answers HTTP, or uses async functions, streams or futures otherwise.
    pub fn is_concurrent(&self) -> bool {
        self.machine.engine.get_concurrency_support()
    }

    /// Whether it answers HTTP: it exports `wasi:http/incoming-handler@0.2` or `wasi:http/handler@0.3`.
    pub fn is_http_handler(&self) -> bool {
        self.exports.iter().any(|export| export.interface.as_deref().is_some_and(is_http_handler))
    }

    /// Whether it is a program that is run when something changes: it exports `larder:store/on-change@0.1`.
    pub fn is_trigger(&self) -> bool {
        let on_change = |interface: &str| interface.starts_with("larder:store/on-change@0.1.");
        self.exports.iter().any(|export| export.interface.as_deref().is_some_and(on_change))
    }

    /// What it imports that `granted` does not give.
    pub fn missing(&self, granted: &Interfaces) -> Vec<MissingImport> {
        self.imports().iter().filter_map(|import| import.missing(granted)).collect()
    }

    /// The same where it answers HTTP, for which there is more to import.
    pub fn missing_in_handler(&self, granted: &Interfaces) -> Vec<MissingImport> {
        let imports = self.imports().into_iter().filter(|import| import.kind != ImportKind::Handler);
        imports.filter_map(|import| import.missing(granted)).collect()
    }

    /// Connect its imports to the host.
    ///
    /// # Errors
    /// [`LoadError::Missing`] with all that it imports and was not granted; [`LoadError::Mismatch`] when it expects
    /// another form of an interface than the host has.
    pub fn link(&self, granted: &Interfaces) -> Result<Plugin, LoadError> {
        self.link_with(granted, |_| false, |_| Ok(()))
    }

    /// [`Program::link`], with imports that `add` gives when the component has one of them: those that `is_added` says yes to.
    pub(crate) fn link_with(
        &self,
        granted: &Interfaces,
        is_added: impl Fn(&str) -> bool,
        add: impl FnOnce(&mut Linker<State>) -> wasmtime::Result<()>,
    ) -> Result<Plugin, LoadError> {
        let mut imports = self.missing(granted);
        imports.retain(|import| !is_added(&import.name));
        if !imports.is_empty() {
            return Err(LoadError::Missing { imports });
        }
        let add = self.imports().iter().any(|import| is_added(&import.name)).then_some(add);
        Plugin::link(self.clone(), add).map_err(|error| LoadError::Mismatch { message: format!("{error:#}") })
    }

    pub(crate) fn machine(&self) -> &Machine {
        &self.machine
    }

    pub(crate) fn component(&self) -> &Component {
        &self.component
    }
}

fn exports(component: &Component) -> Arc<[Export]> {
    let ty = component.component_type();
    let engine = component.engine();
    let mut exports = Vec::new();
    for (name, item) in ty.exports(engine) {
        match item.ty {
            ComponentItem::ComponentFunc(ty) => {
                exports.push(Export { interface: None, function: name.to_owned(), ty });
            }
            ComponentItem::ComponentInstance(instance) => {
                for (function, item) in instance.exports(engine) {
                    if let ComponentItem::ComponentFunc(ty) = item.ty {
                        exports.push(Export { interface: Some(name.to_owned()), function: function.to_owned(), ty });
                    }
                }
            }
            _ => {}
        }
    }
    exports.into()
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Program").field("exports", &self.exports).finish_non_exhaustive()
    }
}
