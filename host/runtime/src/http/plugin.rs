use std::{fmt, path::Path, sync::Arc};

use wasmtime_wasi_http::{
    handler::ProxyPre,
    p2::{self, bindings::ProxyPre as ProxyPre2},
    p3::{self, bindings::ServicePre},
};

use super::guest::Outgoing;
use crate::{Interfaces, LoadError, Program, Runtime, State, runtime::imports::is_http_handler, standard};

/// A component that answers HTTP, with its imports granted.
///
/// Besides what a [`Plugin`](crate::Plugin) can import it gets `wasi:http`, in the versions 0.2 and 0.3, and WASI 0.3 without files
/// or network.
///
/// Cheap to clone.
#[derive(Clone)]
pub struct HttpPlugin {
    program: Program,
    pre: Arc<ProxyPre<State>>,
    outgoing: Arc<Outgoing>,
}

impl HttpPlugin {
    /// [`Program::from_bytes`] and [`HttpPlugin::link`].
    ///
    /// # Errors
    /// Those of both.
    pub fn load(runtime: &Runtime, bytes: &[u8], granted: &Interfaces) -> Result<HttpPlugin, LoadError> {
        HttpPlugin::link(&Program::from_bytes(runtime, bytes)?, granted)
    }

    /// [`Program::from_file`] and [`HttpPlugin::link`].
    ///
    /// # Errors
    /// Those of both.
    pub fn load_file(runtime: &Runtime, path: impl AsRef<Path>, granted: &Interfaces) -> Result<HttpPlugin, LoadError> {
        HttpPlugin::link(&Program::from_file(runtime, path)?, granted)
    }

    /// Connect the imports of `program` to the host.
    ///
    /// # Errors
    /// [`LoadError::NotAHandler`]; [`LoadError::Missing`] with all that it imports and was not granted; [`LoadError::Mismatch`]
    /// when it expects another form of an interface than the host has.
    pub fn link(program: &Program, granted: &Interfaces) -> Result<HttpPlugin, LoadError> {
        if !program.is_http_handler() {
            return Err(LoadError::NotAHandler);
        }
        let imports = program.missing_in_handler(granted);
        if !imports.is_empty() {
            return Err(LoadError::Missing { imports });
        }
        let pre = pre(program).map_err(|error| LoadError::Mismatch { message: format!("{error:#}") })?;
        Ok(HttpPlugin { program: program.clone(), pre: Arc::new(pre), outgoing: Arc::default() })
    }

    /// Let it ask these hosts. It may ask none otherwise, and is told that such a request is denied.
    pub fn outgoing_hosts(mut self, hosts: Outgoing) -> HttpPlugin {
        self.outgoing = Arc::new(hosts);
        self
    }

    /// The component.
    pub fn program(&self) -> &Program {
        &self.program
    }

    pub(super) fn outgoing(&self) -> Arc<Outgoing> {
        self.outgoing.clone()
    }

    pub(super) fn pre(&self) -> &ProxyPre<State> {
        &self.pre
    }

    /// How many requests an instance answers where nothing is said.
    pub(super) fn usual_reuse(&self) -> usize {
        match &*self.pre {
            ProxyPre::P2(_) => 1,
            ProxyPre::P3(_) => 128,
        }
    }
}

fn pre(program: &Program) -> wasmtime::Result<ProxyPre<State>> {
    let component = program.component();
    let mut linker = program.machine().linker.clone();
    if standard::is_wanted(component) {
        standard::add_to_linker(&mut linker, component)?;
    }
    p2::add_only_http_to_linker_async(&mut linker)?;
    p3::add_to_linker(&mut linker)?;
    wasmtime_wasi::p3::add_to_linker(&mut linker)?;
    let instance = linker.instantiate_pre(component)?;
    // One that exports both is of the newer kind: tools make the older export from it.
    let mut exports = program.exports().iter().filter_map(|export| export.interface.as_deref());
    Ok(match exports.any(|interface| is_http_handler(interface) && interface.contains("@0.3.")) {
        true => ProxyPre::P3(ServicePre::new(instance)?),
        false => ProxyPre::P2(ProxyPre2::new(instance)?),
    })
}

impl fmt::Debug for HttpPlugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpPlugin").field("program", &self.program).finish_non_exhaustive()
    }
}
