//! What it costs that a guest's calls are measured: calls a second with metrics off and on.
//!
//! Build the plugin with `cargo xtask guests`, then:
//!
//! ```text
//! cargo run --release --example measured
//! ```
//!
//! Entries are in memory, so that the figure is not the disk's. Rounds of both kinds take turns and the best of each counts,
//! so that it is not the machine's other work either.

use std::error::Error;
use std::time::Instant;

use larder::{Config, Grant, Instance, Interfaces, Larder, LarderCtx, Plugin, Runtime, RuntimeConfig, Setup, TenantId};
use metrics_exporter_prometheus::PrometheusBuilder;
use wasmtime::component::Val;

const ROUNDS: usize = 20;
const CALLS: u32 = 3_000;

/// Host functions that one call of the plugin's `get` calls: it opens the store and reads an entry.
const FUNCTIONS: u32 = 2;

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let file = std::env::args().nth(1).unwrap_or_else(|| "target/guests/notes_plugin.wasm".into());
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder)?;
    let plugin = Plugin::load_file(&Runtime::new(RuntimeConfig::new())?, file, &Interfaces::all())?;
    let mut off = instance(&plugin, Config::new()).await?;
    let mut on = instance(&plugin, Config::new().metrics(100)).await?;

    let (mut without, mut with) = (0.0_f64, 0.0_f64);
    for _ in 0..ROUNDS {
        without = without.max(calls_a_second(&mut off).await?);
        with = with.max(calls_a_second(&mut on).await?);
        handle.run_upkeep();
    }
    let counted = handle.render().lines().filter(|line| line.starts_with("larder_guest_calls_total")).count();
    println!("metrics off  {without:>8.0} calls a second");
    println!("metrics on   {with:>8.0} calls a second, {counted} counters");
    println!("ratio        {:>8.3}", with / without);
    println!("a call       {:>8.0} ns longer", (1.0 / with - 1.0 / without) * 1e9);
    Ok(())
}

async fn instance(plugin: &Plugin, config: Config) -> Result<Instance, Failure> {
    let store = Larder::in_memory(config).tenant(&TenantId::parse("acme")?).store();
    let ctx = LarderCtx::builder().plugin("notes").grant("default", Grant::store(store)).build()?;
    let mut instance = plugin.instantiate(Setup::new(ctx)).await?;
    instance.call("add", &[Val::String("buy milk".into())]).await?;
    Ok(instance)
}

async fn calls_a_second(instance: &mut Instance) -> Result<f64, Failure> {
    let begin = Instant::now();
    for _ in 0..CALLS {
        let answer = instance.call("get", &[Val::U64(1)]).await?;
        if !matches!(&answer[..], [Val::Result(Ok(Some(_)))]) {
            return Err(format!("{answer:?}").into());
        }
    }
    Ok(f64::from(CALLS * FUNCTIONS) / begin.elapsed().as_secs_f64())
}
