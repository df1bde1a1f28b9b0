//! An application that embeds wasmtime by itself, with a WIT world of its own, and gives its plugins a store.
//!
//! The world is in `wit/world.wit`: the plugin may call `announce` of the game, and the game calls `finished` of the
//! plugin. What larder adds is marked with numbers.
//!
//! Build the plugin with `cargo xtask guests`, then run it twice, to see that the record is still there:
//!
//! ```text
//! cargo run --example embed
//! ```

use std::error::Error;

use larder::{Config, Grant, Larder, LarderCtx, LarderCtxView, LarderView, Limits, TenantId};
use wasmtime::component::{Component, HasSelf, Linker, ResourceTable};
use wasmtime::{Engine, Store};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

mod bindings {
    wasmtime::component::bindgen!({
        path: "examples/embed/wit",
        world: "plugin",
        // 1. The interfaces of larder have their bindings already.
        with: { "larder:store": ::larder::bindings::larder::store },
        exports: { default: async },
    });
}

/// What the game keeps for each instance of a plugin.
struct Game {
    announced: Vec<String>,
    // 2. What the instance was granted, next to what WASI needs.
    larder: LarderCtx,
    wasi: WasiCtx,
    table: ResourceTable,
}

impl bindings::example::game::game::Host for Game {
    fn announce(&mut self, text: String) {
        self.announced.push(text);
    }
}

// 3. Where larder finds it.
impl LarderView for Game {
    fn larder(&mut self) -> LarderCtxView<'_> {
        LarderCtxView { ctx: &mut self.larder, table: &mut self.table }
    }
}

impl WasiView for Game {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().unwrap_or_else(|| "target/guests/game_plugin.wasm".into());
    let root = arguments.next().unwrap_or_else(|| "target/example-data/embed".into());

    let engine = Engine::default();
    let component = Component::from_file(&engine, file)?;
    let mut linker = Linker::<Game>::new(&engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    bindings::example::game::game::add_to_linker::<_, HasSelf<_>>(&mut linker, |game| game)?;
    // 4. The plugin's imports of larder.
    larder::add_to_linker(&mut linker)?;

    // 5. The game decides whose store the plugin gets.
    let larder = Larder::open(root, Config::new())?;
    let tenant = larder.tenant(&TenantId::parse("chess-club")?);
    let ctx = LarderCtx::builder().grant("default", Grant::store(tenant.store())).build()?;

    let game =
        Game { announced: Vec::new(), larder: ctx, wasi: WasiCtx::builder().build(), table: ResourceTable::new() };
    let mut store = Store::new(&engine, game);
    // The host functions keep the bounds on what is open; this one is wasmtime's to keep, see `larder::Limits`.
    store.set_hostcall_fuel(Limits::default().call_bytes);
    let plugin = bindings::Plugin::instantiate_async(&mut store, &component, &linker).await?;

    for (player, points) in [("Ada", 10), ("Grace", 30), ("Ada", 20)] {
        let games = plugin.call_finished(&mut store, player, points).await??;
        println!("{player} has played {games} games");
        for line in store.data_mut().announced.drain(..) {
            println!("  {line}");
        }
    }
    Ok(())
}
