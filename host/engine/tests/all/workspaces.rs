//! A host that is killed while it makes, fills, commits and discards workspaces: each of them is committed once or left
//! over with all that was told to be in it.
//!
//! `LARDER_KILLS` sets how often, as for the kills of writers.

use std::{collections::BTreeMap, path::Path};

use larder_engine::{Config, JournalQuery, Larder, Store, Workspace};

use crate::{child, support::*};

const THREADS: u64 = 3;

/// Entries of a workspace that is full, and of each call that puts some.
const FULL: u64 = 9;
const PIECE: u64 = 3;

/// What becomes of a workspace that is full, by its number.
#[derive(PartialEq, Eq)]
enum Fate {
    Committed,
    Discarded,
    /// Closed, so that the next host finds and commits it.
    LeftOver,
}

fn fate(number: u64) -> Fate {
    match number / THREADS % 3 {
        0 => Fate::Committed,
        1 => Fate::Discarded,
        _ => Fate::LeftOver,
    }
}

fn open(root: &Path) -> (Larder, Store) {
    let larder = Larder::open(root, Config::new()).unwrap();
    let store = acme(&larder).store();
    (larder, store)
}

#[test]
#[ignore = "run by another test, which kills it"]
fn the_host_that_is_killed() {
    let Some(argument) = child::argument() else { return };
    let (first, root) = argument.split_once(' ').unwrap();
    let first: u64 = first.parse().unwrap();
    let (_larder, store) = open(Path::new(root));
    let workspaces = store.workspaces();
    let left_over = workspaces.orphans().unwrap();
    std::thread::scope(|threads| {
        for thread in 0..THREADS {
            let (workspaces, left_over) = (&workspaces, &left_over);
            let is_own = move |number: u64| number % THREADS == thread;
            threads.spawn(move || {
                for name in left_over.iter().filter(|name| is_own(name.parse().unwrap())) {
                    let workspace = workspaces.recover(name).unwrap();
                    fill(&workspace);
                    end(&workspace, fate(name.parse().unwrap()) == Fate::Discarded);
                }
                for number in (first..).filter(|number| is_own(*number)) {
                    let workspace = workspaces.create(&number.to_string()).unwrap();
                    child::say(format_args!("{number} 0"));
                    fill(&workspace);
                    match fate(number) {
                        Fate::LeftOver => workspace.close(),
                        fate => end(&workspace, fate == Fate::Discarded),
                    }
                }
            });
        }
    });
}

fn fill(workspace: &Workspace) {
    let mut count = workspace.count().unwrap();
    while count < FULL {
        workspace.put_many(&[("k", "{}"); PIECE as usize]).unwrap();
        count += PIECE;
        child::say(format_args!("{} {count}", workspace.name()));
    }
}

fn end(workspace: &Workspace, discard: bool) {
    if discard {
        workspace.discard().unwrap();
    } else {
        assert_eq!(workspace.commit().unwrap()["k"], FULL);
    }
    child::say(format_args!("{} ended", workspace.name()));
}

/// What the parent was told of a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Holds(u64),
    Ended,
}

/// How often each workspace is in the journal.
fn journal(store: &Store) -> BTreeMap<u64, u64> {
    let mut rows = BTreeMap::new();
    let mut query = JournalQuery::default();
    loop {
        let page = store.journal().query(&query).unwrap();
        for row in page.entries {
            assert_eq!(row.fields_json, format!("{{\"k\":{FULL}}}"));
            assert_eq!(row.tags_json, format!("{{\"workspace\":\"{}\"}}", row.measurement));
            *rows.entry(row.measurement.parse().unwrap()).or_default() += 1;
        }
        query.cursor = page.next;
        if query.cursor.is_none() {
            return rows;
        }
    }
}

/// What is found is what the next host goes on from, so it counts as told.
fn assert_kept(root: &Path, told: &mut BTreeMap<u64, Told>) {
    let (_larder, store) = open(root);
    let workspaces = store.workspaces();
    let left_over = workspaces.orphans().unwrap();
    let rows = journal(&store);
    for number in left_over.iter().map(|name| name.parse().unwrap()).chain(rows.keys().copied()) {
        told.entry(number).or_insert(Told::Holds(0));
    }
    for (&number, told) in told.iter_mut() {
        let name = number.to_string();
        let is_left_over = left_over.contains(&name);
        let times = rows.get(&number).copied().unwrap_or(0);
        let summary = store.get(&format!("workspace:{name}"), "summary").unwrap();
        let expected = (times > 0).then(|| format!("{{\"k\":{FULL}}}").into_bytes());
        assert_eq!(summary, expected, "{name}");
        let is_discarded = times == 0 && !is_left_over;
        match *told {
            Told::Ended => {
                assert_eq!((times, is_left_over), (u64::from(fate(number) != Fate::Discarded), false), "{name}")
            }
            Told::Holds(count) if is_left_over => {
                let found = workspaces.recover(&name).unwrap().count().unwrap();
                assert!(found == count || found == count + PIECE, "{name}: {found}, told {count}");
                assert_eq!(times, 0, "{name}");
                *told = Told::Holds(found);
            }
            // Its end may have been reached before that could be told.
            Told::Holds(count) => {
                assert_eq!((count, is_discarded), (FULL, fate(number) == Fate::Discarded), "{name}");
                assert!(times <= 1, "{name}: {times}");
                *told = Told::Ended;
            }
        }
    }
    let names = |directory: &str| -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(root.join("tenants/acme").join(directory)) else { return Vec::new() };
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter_map(|name| name.strip_suffix(".duckdb").map(str::to_owned)).collect()
    };
    assert_eq!(names("quarantine"), [""; 0]);
    assert_eq!(names("state").len(), left_over.len());
}

#[test]
fn a_workspace_is_committed_once_or_left_over_whole_after_a_kill() {
    let kills = child::kills();
    let place = tempfile::tempdir().unwrap();
    let mut told: BTreeMap<u64, Told> = BTreeMap::new();
    for _ in 0..kills {
        // Numbers that no host can have used.
        let first = told.last_key_value().map_or(0, |(last, _)| last + 2 * THREADS);
        let argument = format!("{first} {}", place.path().to_str().unwrap());
        child::kill("workspaces::the_host_that_is_killed", &argument, 60, |line| {
            let (number, said) = line.split_once(' ').unwrap();
            told.insert(number.parse().unwrap(), said.parse().map_or(Told::Ended, Told::Holds));
        });
        assert_kept(place.path(), &mut told);
    }
    let ended = told.values().filter(|told| **told == Told::Ended).count();
    println!("{kills} kills, {} workspaces, {ended} of them ended", told.len());
}
