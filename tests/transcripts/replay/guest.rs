//! Handing the lines of a transcript to the plugin `transcripts_guest`.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use larder::{Grant, Instance, Interfaces, LarderCtx, Limits, Plugin, Setup, Store};
use serde_json::{Value, json};
use tokio::runtime::Runtime as Executor;
use wasmtime::component::Val;

use super::Failed;

/// The plugin, and what drives it.
pub(crate) struct Guest {
    executor: Executor,
    plugin: Plugin,
}

impl Guest {
    /// Compile the plugin in `file`.
    pub(crate) fn load(runtime: &larder::Runtime, file: &Path) -> Result<Guest, Failed> {
        let plugin = Plugin::load_file(runtime, file, &Interfaces::all())?;
        let executor = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        Ok(Guest { executor, plugin })
    }

    /// An instance that may use these stores, by their labels.
    pub(crate) fn instance(&self, stores: HashMap<String, Store>) -> Result<Instance, Failed> {
        let limits = Limits { time: Duration::from_secs(60), ..Limits::default() };
        let mut ctx = LarderCtx::builder().limits(limits);
        for (label, store) in stores {
            ctx = ctx.grant(label, Grant::store(store));
        }
        Ok(self.executor.block_on(self.plugin.instantiate(Setup::new(ctx.build()?)))?)
    }

    /// Have the instance do what `op` says.
    pub(crate) fn run(&self, instance: &mut Instance, op: &Value) -> Value {
        let answer = self.executor.block_on(instance.call("run", &[Val::String(op.to_string())]));
        match answer.as_deref() {
            Ok([Val::String(answer)]) => serde_json::from_str(answer).unwrap_or_else(|error| trap(&error)),
            other => trap(&format!("{other:?}")),
        }
    }
}

fn trap(text: &dyn std::fmt::Display) -> Value {
    json!({"error_kind": "trap", "error": text.to_string()})
}
