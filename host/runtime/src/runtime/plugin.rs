use std::{borrow::Cow, fmt, path::Path};

use wasmtime::component::{ComponentExportIndex, InstancePre, Linker};
use wasmtime_wasi::p2::bindings::CommandPre;

use super::{
    Runtime,
    error::{LoadError, RunError},
    instance::{Instance, bounded},
    program::Program,
    setup::Setup,
    state::State,
};
use crate::{Interfaces, bindings::TriggerPre, standard};

/// A component whose imports were granted: ready to make instances, any number of them and at the same time.
///
/// Cheap to clone. The runs of one plugin share its code and nothing else.
#[derive(Clone)]
pub struct Plugin {
    program: Program,
    instance: InstancePre<State>,
    command: Option<Command>,
}

/// How a program for the command line is run.
#[derive(Clone)]
enum Command {
    /// By `wasi:cli/run@0.2`.
    Plain(CommandPre<State>),
    /// By the function `run` of `wasi:cli/run@0.3`.
    Concurrent(ComponentExportIndex),
}

impl Plugin {
    /// [`Program::from_bytes`] and [`Program::link`].
    ///
    /// # Errors
    /// Those of both.
    pub fn load(runtime: &Runtime, bytes: &[u8], granted: &Interfaces) -> Result<Plugin, LoadError> {
        Program::from_bytes(runtime, bytes)?.link(granted)
    }

    /// [`Program::from_file`] and [`Program::link`].
    ///
    /// # Errors
    /// Those of both.
    pub fn load_file(runtime: &Runtime, path: impl AsRef<Path>, granted: &Interfaces) -> Result<Plugin, LoadError> {
        Program::from_file(runtime, path)?.link(granted)
    }

    /// `add` adds what the component imports besides.
    pub(crate) fn link(
        program: Program,
        add: Option<impl FnOnce(&mut Linker<State>) -> wasmtime::Result<()>>,
    ) -> wasmtime::Result<Plugin> {
        let component = program.component();
        let mut linker = Cow::Borrowed(&program.machine().linker);
        if standard::is_wanted(component) {
            standard::add_to_linker(linker.to_mut(), component)?;
        }
        if let Some(add) = add {
            add(linker.to_mut())?;
        }
        let instance = linker.instantiate_pre(component)?;
        // A program of Rust that is concurrent exports the plain `run` as well, which is of no use then.
        let command = match program.concurrent_run() {
            Some(run) => Some(Command::Concurrent(run)),
            None if program.is_command() => Some(Command::Plain(CommandPre::new(instance.clone())?)),
            None => None,
        };
        Ok(Plugin { program, instance, command })
    }

    /// The component.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The component with its imports.
    pub(crate) fn instance(&self) -> &InstancePre<State> {
        &self.instance
    }

    /// The export that is called when something changes.
    pub(crate) fn on_change(&self) -> wasmtime::Result<TriggerPre<State>> {
        TriggerPre::new(self.instance.clone())
    }

    /// Run it as a program for the command line, to its end, and answer its exit status: 0, 1 when its `run` answered
    /// an error, or what it passed to `exit`.
    ///
    /// Whatever the end, all that the instance held is released. Needs a tokio runtime with its timer enabled. Dropping
    /// the future ends the run.
    ///
    /// # Errors
    /// [`RunError::NotACommand`]; [`RunError::TimeOut`], [`RunError::OutOfMemory`], [`RunError::TooManyHandles`] and
    /// [`RunError::CallTooLarge`] for a limit; [`RunError::Trap`]; [`RunError::Host`].
    pub async fn run_command(&self, setup: Setup) -> Result<i32, RunError> {
        let command = self.command.as_ref().ok_or(RunError::NotACommand)?;
        let mut store = setup.into_store(&self.program.machine().engine);
        let limit = store.data_mut().start();
        let run = async {
            match command {
                Command::Plain(command) => {
                    let command = command.instantiate_async(&mut store).await?;
                    command.wasi_cli_run().call_run(&mut store).await
                }
                Command::Concurrent(run) => {
                    let instance = self.instance.instantiate_async(&mut store).await?;
                    let run = instance.get_typed_func::<(), (Result<(), ()>,)>(&mut store, run)?;
                    run.call_async(&mut store, ()).await.map(|(ended,)| ended)
                }
            }
        };
        let ended = bounded(limit, run).await;
        match RunError::check(ended, &store) {
            Ok(Ok(())) => Ok(0),
            Ok(Err(())) => Ok(1),
            Err(RunError::Exit { code }) => Ok(code),
            Err(error) => Err(error),
        }
    }

    /// Make an instance whose exports can be called. Making it may run code of the guest.
    ///
    /// # Errors
    /// Those of [`Plugin::run_command`].
    pub async fn instantiate(&self, setup: Setup) -> Result<Instance, RunError> {
        let mut store = setup.into_store(&self.program.machine().engine);
        let limit = store.data_mut().start();
        let made = bounded(limit, self.instance.instantiate_async(&mut store)).await;
        let instance = RunError::check(made, &store)?;
        Ok(Instance::new(self.program.clone(), store, instance))
    }
}

impl fmt::Debug for Plugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plugin").field("program", &self.program).finish_non_exhaustive()
    }
}
