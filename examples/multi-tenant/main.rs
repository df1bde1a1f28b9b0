//! One component, compiled once, serves many tenants at the same time. Each has a directory with a database of its own,
//! and sees nothing of the others.
//!
//! Build the plugin with `cargo xtask guests`, then:
//!
//! ```text
//! cargo run --example multi-tenant
//! ```

use std::error::Error;
use std::time::Instant;

use larder::{Config, Grant, Interfaces, Larder, LarderCtx, Plugin, Runtime, RuntimeConfig, Setup, TenantId};
use tokio::task::JoinSet;
use wasmtime::component::Val;

const TENANTS: usize = 50;
const NOTES: usize = 20;

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().unwrap_or_else(|| "target/guests/notes_plugin.wasm".into());
    let root = arguments.next().unwrap_or_else(|| "target/example-data/multi-tenant".into());

    let larder = Larder::open(&root, Config::new())?;
    let runtime = Runtime::new(RuntimeConfig::new().cache(format!("{root}/cache")))?;
    let plugin = Plugin::load_file(&runtime, file, &Interfaces::all())?;

    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for number in 0..TENANTS {
        tasks.spawn(serve(larder.clone(), plugin.clone(), format!("tenant-{number}")));
    }
    let mut notes = 0;
    while let Some(served) = tasks.join_next().await {
        notes += served??;
    }
    let seconds = start.elapsed().as_secs_f64();

    println!("{notes} notes of {TENANTS} tenants were kept in {seconds:.2} s, each of them durably:");
    println!("{:.0} notes a second", notes as f64 / seconds);
    println!("each tenant found its own notes, and no others");
    Ok(())
}

/// Keep notes for one tenant, and see that there are no others. Answers how many.
async fn serve(larder: Larder, plugin: Plugin, name: String) -> Result<usize, Failure> {
    // The plugin opens "default"; what that is, is decided here.
    let tenant = larder.tenant(&TenantId::parse(&name)?);
    let ctx = LarderCtx::builder().grant("default", Grant::store(tenant.store())).build()?;
    let mut instance = plugin.instantiate(Setup::new(ctx)).await?;

    for number in 0..NOTES {
        let text = Val::String(format!("note {number} of {name}"));
        let answer = instance.call("add", &[text]).await?;
        if !matches!(&answer[..], [Val::Result(Ok(_))]) {
            return Err(format!("{name}: {answer:?}").into());
        }
    }

    let answer = instance.call("list", &[]).await?;
    let [Val::Result(Ok(Some(list)))] = &answer[..] else { return Err(format!("{name}: {answer:?}").into()) };
    let Val::List(notes) = &**list else { return Err(format!("{name}: {list:?}").into()) };
    // Every note ends with the name of its tenant.
    let foreign = notes.iter().filter(|note| !format!("{note:?}").contains(&format!("of {name}\""))).count();
    if foreign > 0 || notes.len() < NOTES {
        return Err(format!("{name} has {} notes, {foreign} of others", notes.len()).into());
    }
    Ok(NOTES)
}
