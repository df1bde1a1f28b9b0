//! `larder:test/kit`: what a test in a guest language calls.

use std::time::Duration;

use larder_engine::Clock as _;
use wasmtime::component::{HasData, Linker};

use super::{
    Kit, TestFault,
    bindings::larder::test::kit::{self as wit, Ended, Fault, Host, Operation},
    kit::Nested,
};
use crate::{State, wave};

/// Whether an import is the kit.
pub(crate) fn is_kit(name: &str) -> bool {
    name.starts_with("larder:test/kit@0.1.")
}

/// Where the functions find what they work on.
struct KitData;

impl HasData for KitData {
    type Data<'a> = KitView<'a>;
}

struct KitView<'a>(Option<&'a Nested>);

impl KitView<'_> {
    /// The kit of a test.
    fn kit(&self) -> wasmtime::Result<&Kit> {
        match self.0 {
            Some(Nested::Test(kit)) => Ok(kit),
            _ => {
                Err(wasmtime::Error::msg("larder:test/kit is there for tests; this instance is the plugin under test"))
            }
        }
    }
}

impl crate::Program {
    /// [`Program::link`](crate::Program::link) of what may import the kit.
    pub(super) fn link_for_tests(&self, granted: &crate::Interfaces) -> Result<crate::Plugin, crate::LoadError> {
        self.link_with(granted, is_kit, add_to_linker)
    }
}

fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    wit::add_to_linker::<State, KitData>(linker, |state| KitView(state.nested()))
}

impl Host for KitView<'_> {
    async fn now(&mut self) -> wasmtime::Result<u64> {
        Ok(u64::try_from(self.kit()?.clock().now_ms()).unwrap_or(0))
    }

    async fn advance(&mut self, ms: u64) -> wasmtime::Result<()> {
        self.kit()?.clock().advance(Duration::from_millis(ms));
        Ok(())
    }

    async fn fail(&mut self, function: String, nth: u32, fault: Fault) -> wasmtime::Result<()> {
        let fault = match fault {
            Fault::Unavailable => TestFault::Unavailable,
            Fault::Busy => TestFault::Busy,
            Fault::Conflict => TestFault::Conflict,
            Fault::QuotaExceeded => TestFault::QuotaExceeded,
            Fault::Trap => TestFault::Trap,
        };
        self.kit()?.script().fail(function, nth, fault);
        Ok(())
    }

    async fn fail_no_more(&mut self) -> wasmtime::Result<()> {
        self.kit()?.script().fail_no_more();
        Ok(())
    }

    async fn log(&mut self) -> wasmtime::Result<Vec<Operation>> {
        let calls = self.kit()?.calls();
        let operation = |call: &super::LoggedCall| Operation {
            function: call.function.to_owned(),
            outcome: call.outcome.to_owned(),
        };
        Ok(calls.iter().map(operation).collect())
    }

    async fn clear_log(&mut self) -> wasmtime::Result<()> {
        self.kit()?.script().clear_calls();
        Ok(())
    }

    async fn run(&mut self, arguments: Vec<String>, input: Vec<u8>) -> wasmtime::Result<Result<Ended, String>> {
        let ended = self.kit()?.run(&arguments, input).await;
        Ok(match ended {
            Ok(super::Ended { status, stdout, stderr }) => Ok(Ended { status, output: stdout, errors: stderr }),
            Err(error) => Err(error.to_string()),
        })
    }

    async fn call(
        &mut self,
        function: String,
        arguments: Vec<String>,
    ) -> wasmtime::Result<Result<Vec<String>, String>> {
        Ok(call(self.kit()?, &function, &arguments).await)
    }
}

async fn call(kit: &Kit, function: &str, typed: &[String]) -> Result<Vec<String>, String> {
    let export = kit.plugin().program().export(function).map_err(|error| error.to_string())?;
    let parameters: Vec<_> = export.ty.params().collect();
    if parameters.len() != typed.len() {
        return Err(format!("{function} takes {} arguments, not {}", parameters.len(), typed.len()));
    }
    let mut arguments = Vec::new();
    for ((name, ty), text) in parameters.iter().zip(typed) {
        arguments.push(wave::parse(ty, text).map_err(|error| format!("argument {name}: {error}"))?);
    }
    let results = kit.call(&export.path(), &arguments).await.map_err(|error| error.to_string())?;
    results.iter().map(wave::print).collect::<Result<_, _>>().map_err(|error| format!("the result: {error}"))
}
