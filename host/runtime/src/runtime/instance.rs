use std::{fmt, time::Duration};

use wasmtime::{
    Store,
    component::{Instance as WasmInstance, Val},
};

use super::{
    error::RunError,
    program::Program,
    state::{State, TimeIsUp},
};

/// A running component. Its memory, and what it opened, lasts from call to call.
pub struct Instance {
    program: Program,
    store: Store<State>,
    instance: WasmInstance,
}

impl Instance {
    pub(crate) fn new(program: Program, store: Store<State>, instance: WasmInstance) -> Instance {
        Instance { program, store, instance }
    }

    /// Call the export `name` (see [`Program::export`]). The time limit counts for each call anew. After an error the
    /// instance is of no more use: each further call ends in a trap.
    ///
    /// # Errors
    /// [`RunError::NoSuchExport`] and [`RunError::Arguments`] before anything runs; then those of
    /// [`Plugin::run_command`](crate::Plugin::run_command), and [`RunError::Exit`].
    pub async fn call(&mut self, name: &str, arguments: &[Val]) -> Result<Vec<Val>, RunError> {
        let export = self.program.export(name)?;
        let wanted = export.ty.params().len();
        if wanted != arguments.len() {
            let message = format!("{name} takes {wanted} arguments, not {}", arguments.len());
            return Err(RunError::Arguments { message });
        }
        let component = self.program.component();
        let index = match &export.interface {
            Some(interface) => component
                .get_export_index(None, interface)
                .and_then(|interface| component.get_export_index(Some(&interface), &export.function)),
            None => component.get_export_index(None, &export.function),
        };
        let function = index.and_then(|index| self.instance.get_func(&mut self.store, index));
        let Some(function) = function else {
            return Err(RunError::Host { message: format!("the export {name} is not to be found in the instance") });
        };
        let mut results = vec![Val::Bool(false); export.ty.results().len()];
        let limit = self.store.data_mut().start();
        let ended = bounded(limit, function.call_async(&mut self.store, arguments, &mut results)).await;
        RunError::check(ended, &self.store)?;
        Ok(results)
    }

    /// What sits in the instance's store.
    pub fn state(&mut self) -> &mut State {
        self.store.data_mut()
    }
}

/// Give `run` up when it takes longer than `limit`. The guest's own clock ends one that computes; this ends one that
/// waits in a host function.
pub(crate) async fn bounded<R>(limit: Duration, run: impl Future<Output = wasmtime::Result<R>>) -> wasmtime::Result<R> {
    match tokio::time::timeout(limit, run).await {
        Ok(ended) => ended,
        Err(_) => Err(TimeIsUp.into()),
    }
}

impl fmt::Debug for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Instance").field("program", &self.program).finish_non_exhaustive()
    }
}
