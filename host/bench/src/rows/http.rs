//! Requests over HTTP, beside the same component served as `wasmtime serve` does it.

mod load;
mod peer;
mod served;

use larder::{Config, Durability};

use self::{load::Load, peer::Peer, served::Served};
use crate::{
    Result,
    bench::Bench,
    measure::Case,
    report::{Durability as Writes, Line, Unit},
};

/// Connections that ask at the same time.
const CONNECTIONS: usize = 16;

pub(crate) fn http(bench: &Bench) -> Result<Vec<Line>> {
    let n = bench.operations(4_000);
    let (plain, stores) = (bench.guest_file("bench_http_plain"), bench.guest_file("bench_http_stores"));
    let executor = bench.executor();
    let (full, normal) = (bench.place(Config::new())?, bench.place(Config::new().durability(Durability::Normal))?);
    let ours_plain = Served::start(executor, &plain, &full)?;
    let ours_full = Served::start(executor, &stores, &full)?;
    let ours_normal = Served::start(executor, &stores, &normal)?;
    let theirs_plain = Peer::start(executor, &plain)?;
    let theirs = Peer::start(executor, &stores)?;
    let load = |address, method| {
        let load = Load { address, method, requests: n, connections: CONNECTIONS };
        Case::new(n, move || executor.block_on(load.run()))
    };
    let stats = bench.in_turn(&mut [
        load(ours_plain.address(), "GET"),
        load(theirs_plain.address(), "GET"),
        load(ours_full.address(), "GET"),
        load(theirs.address(), "GET"),
        load(ours_full.address(), "PUT"),
        load(ours_normal.address(), "PUT"),
        load(theirs.address(), "PUT"),
    ])?;
    let [plain, their_plain, gets, their_gets, full, normal, their_sets] = stats[..] else {
        return Err("a case is missing".into());
    };
    let name = "as wasmtime serve";
    let memory = "as wasmtime serve, in memory";
    let line = |what: &str, durability, ours: crate::measure::Stats| {
        Line::new(format!("requests a second, {what}"), durability, ours.rate()).unit(Unit::PerSecond)
    };
    Ok(vec![
        line("nothing stored", Writes::Reads, plain).beside(name, their_plain.rate()),
        line("a get each", Writes::Reads, gets).beside(memory, their_gets.rate()),
        line("a set each", Writes::Full, full).beside(memory, their_sets.rate()),
        line("a set each", Writes::Normal, normal).beside(memory, their_sets.rate()),
    ])
}
