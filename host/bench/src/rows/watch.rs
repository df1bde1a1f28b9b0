use std::time::{Duration, Instant};

use larder::{Config, Durability, Instance};
use wasmtime::component::Val;

use crate::{
    Result,
    bench::{Bench, GROUP, Place, SIZE},
    guest::{Guest, text},
    measure::{Case, Stats},
    report::{Durability as Writes, Line},
};

/// The most that one answer holds.
const PAGE: u32 = 1_000;

/// Keys that the writer sets in turn.
const KEYS: u64 = 16;

pub(crate) fn watch(bench: &Bench) -> Result<Vec<Line>> {
    let mut lines = drained(bench)?;
    lines.extend(writers(bench)?);
    Ok(lines)
}

/// A guest takes events that are there already.
fn drained(bench: &Bench) -> Result<Vec<Line>> {
    let (n, few) = (bench.operations(10_000).max(u64::from(PAGE)), bench.operations(1_000));
    let place = bench.place(Config::new().durability(Durability::Normal))?;
    let (mut writer, mut other) = (bench.guest(&place.store)?, bench.guest(&place.store)?);
    let mut watchers = [watcher(bench, &place)?, watcher(bench, &place)?];
    let [pages, single] = &mut watchers;
    let stats = bench.in_turn(&mut [
        Case::new(n, || after(&mut writer, pages, n, PAGE)),
        Case::new(few, || after(&mut other, single, few, 1)),
    ])?;
    let [pages, single] = stats[..] else { return Err("a case is missing".into()) };
    Ok(vec![
        Line::new("event drained, by 1,000", Writes::Normal, pages).at_most(1_200.0),
        Line::new("event drained, one a call", Writes::Normal, single),
    ])
}

/// Write `n` events, and take the time in which they are drained. It watches anew, behind what others' turns wrote.
fn after(writer: &mut Guest<'_>, watcher: &mut Guest<'_>, n: u64, max: u32) -> Result<Duration> {
    watcher.call("watch", &[text(GROUP)])?;
    writer.fill(GROUP, n, SIZE)?;
    watcher.timed("drain", &[Val::U64(n), Val::U32(max)], n)
}

fn watcher<'a>(bench: &'a Bench, place: &Place) -> Result<Guest<'a>> {
    let mut watcher = bench.guest(&place.store)?;
    watcher.call("watch", &[text(GROUP)])?;
    Ok(watcher)
}

/// What watchers cost the one who writes.
fn writers(bench: &Bench) -> Result<Vec<Line>> {
    let n = bench.operations(1_000);
    let mut watched: Vec<Watched<'_>> = [(0, false), (1, true), (100, false), (100, true)]
        .into_iter()
        .map(|(watchers, waiting)| Watched::new(bench, watchers, waiting))
        .collect::<Result<_>>()?;
    let mut cases: Vec<Case<'_>> =
        watched.iter_mut().map(|watched| Case::new(n, move || watched.set(bench, n))).collect();
    let stats: Vec<Stats> = bench.in_turn(&mut cases)?;
    let [none, one, idle, waiting] = stats[..] else { return Err("a case is missing".into()) };
    let line = |name: &str, stats| Line::new(name, Writes::Normal, stats);
    Ok(vec![
        line("set, no watcher", none),
        line("set, 1 watcher that waits", one).beside("no watcher", none),
        line("set, 100 watchers, none waits", idle).beside("no watcher", none),
        line("set, 100 watchers that wait", waiting).beside("no watcher", none),
    ])
}

/// A tenant with a writer and watchers.
struct Watched<'a> {
    /// Stays open.
    _place: Place,
    writer: Guest<'a>,
    watchers: Vec<Instance>,
    waiting: bool,
}

impl<'a> Watched<'a> {
    fn new(bench: &'a Bench, number: usize, waiting: bool) -> Result<Watched<'a>> {
        let place = bench.place(Config::new().durability(Durability::Normal))?;
        let mut writer = bench.guest(&place.store)?;
        writer.fill(GROUP, KEYS, SIZE)?;
        let mut watchers = bench.instances(&place.store, number)?;
        bench.at_once(&mut watchers, "watch", |_| vec![text(GROUP)])?;
        Ok(Watched { _place: place, writer, watchers, waiting })
    }

    /// Set `n` keys, while the watchers take each event as it comes, or do not.
    fn set(&mut self, bench: &'a Bench, n: u64) -> Result<Duration> {
        let tasks: Vec<_> = if self.waiting {
            let started = self.watchers.drain(..).map(|mut watcher| {
                bench.executor().spawn(async move {
                    let answer = watcher.call("drain", &[Val::U64(n), Val::U32(PAGE)]).await;
                    (watcher, answer)
                })
            });
            started.collect()
        } else {
            Vec::new()
        };
        let start = Instant::now();
        self.writer.call("set-again", &[text(GROUP), Val::U64(n), Val::U64(KEYS), Val::U32(SIZE)])?;
        let took = start.elapsed();
        for task in tasks {
            let (watcher, answer) = bench.executor().block_on(task)?;
            answer?;
            self.watchers.push(watcher);
        }
        Ok(took)
    }
}
