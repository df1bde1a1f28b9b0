//! What tells one host from another.

use super::{HomeHost, Import};

use HomeHost::{Larder, Other, Spin, Wasi, Wasmcloud, Wasmtime};

/// How names begin and end that only some hosts have. The first that fits counts.
const OF_HOSTS: &[(&str, &str, &[HomeHost])] = &[
    ("larder:", "", &[Larder]),
    ("fermyon:", "", &[Spin]),
    ("spin:", "", &[Spin]),
    ("wasmcloud:", "", &[Wasmcloud]),
    ("wrpc:", "", &[Wasmcloud]),
    // Draft2 is the proposal's own newest too, but of hosts Spin alone has it.
    ("wasi:keyvalue/", "@0.2.0-draft2", &[Spin]),
    // The command of wasmtime calls no watcher.
    ("wasi:keyvalue/watcher", "@0.2.0-draft", &[Wasmcloud]),
    ("wasi:keyvalue/", "@0.2.0-draft", &[Wasmtime, Wasmcloud]),
    ("wasi:config/", "@0.2.0-rc.1", &[Wasmtime, Wasmcloud]),
    ("wasi:config/", "@0.2.0-draft-2024-09-27", &[Spin]),
    ("wasi:config/", "@0.2.0-draft", &[Wasmcloud]),
    ("wasi:blobstore/", "", &[Wasmcloud]),
    ("wasi:logging/", "", &[Wasmcloud]),
    ("wasi:nn/", "", &[Wasmtime]),
    ("wasi:tls/", "", &[Wasmtime]),
];

fn hosts(name: &str) -> Option<&'static [HomeHost]> {
    let fits = |begin: &str, end: &str| name.starts_with(begin) && (end.is_empty() || name.ends_with(end));
    OF_HOSTS.iter().find(|(begin, end, _)| fits(begin, end)).map(|(_, _, hosts)| *hosts)
}

/// Whether a name is one of a particular host's.
pub(super) fn is_of_a_host(name: &str) -> bool {
    hosts(name).is_some()
}

/// The hosts that a component can have been built for, and why.
pub(super) fn weigh(imports: &[Import], exports: &[String], spins_batch: bool) -> (Vec<HomeHost>, Vec<String>) {
    let imported = imports.iter().map(|import| ("imports", import.interface()));
    let names: Vec<(&str, &str)> = imported.chain(exports.iter().map(|name| ("exports", name.as_str()))).collect();
    let mut found: Option<Vec<HomeHost>> = None;
    let mut because = Vec::new();
    for (verb, name) in &names {
        let Some(hosts) = hosts(name) else { continue };
        because.push(format!("it {verb} {name}"));
        // Only who has all of it can be its home.
        found = Some(match found {
            None => hosts.to_vec(),
            Some(found) => found.into_iter().filter(|host| hosts.contains(host)).collect(),
        });
    }
    if spins_batch {
        because.push("its get-many of wasi:keyvalue/batch has the type that Spin has".to_owned());
    }
    match found {
        Some(found) if !found.is_empty() => return (found, because),
        // No host has such a mixture but larder, if larder has all of it.
        Some(_) if imports.iter().all(Import::is_served) => return (vec![Larder], because),
        Some(_) => return (vec![Other], because),
        None => {}
    }
    let foreign = |name: &str| name.contains(':') && !name.starts_with("wasi:");
    let foreign = imports.iter().map(Import::interface).find(|name| foreign(name) || !name.contains(':'));
    if let Some(name) = foreign {
        return (vec![Other], vec![format!("it imports {name}")]);
    }
    let because = match names.iter().any(|(_, name)| name.starts_with("wasi:")) {
        true => "of interfaces that hosts offer, it has those of WASI alone",
        false => "it imports nothing",
    };
    (vec![Wasi], vec![because.to_owned()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home(imports: &[&str], exports: &[&str]) -> Vec<HomeHost> {
        let imports: Vec<Import> = imports.iter().map(|name| Import::new(name, None)).collect();
        let exports: Vec<String> = exports.iter().map(|name| (*name).to_owned()).collect();
        weigh(&imports, &exports, false).0
    }

    #[test]
    fn each_host_is_told_by_what_it_alone_has() {
        assert_eq!(home(&["larder:store/store@0.1.0", "wasi:io/poll@0.2.6"], &[]), [Larder]);
        assert_eq!(home(&["fermyon:spin/key-value@2.0.0"], &["wasi:http/incoming-handler@0.2.0"]), [Spin]);
        assert_eq!(home(&[], &["fermyon:spin/inbound-http"]), [Spin]);
        assert_eq!(home(&["wasi:keyvalue/batch@0.2.0-draft2"], &[]), [Spin]);
        assert_eq!(home(&["wasmcloud:keyvalue/store@0.2.0"], &[]), [Wasmcloud]);
        assert_eq!(
            home(&["wasi:keyvalue/store@0.2.0-draft", "wasi:config/store@0.2.0-rc.1"], &[]),
            [Wasmtime, Wasmcloud]
        );
        assert_eq!(home(&["wasi:clocks/wall-clock@0.2.0"], &["wasi:cli/run@0.2.0"]), [Wasi]);
        assert_eq!(home(&[], &["add"]), [Wasi]);
        assert_eq!(home(&["example:game/world"], &[]), [Other]);
        assert_eq!(home(&["log"], &[]), [Other]);
    }

    #[test]
    fn more_that_tells_leaves_fewer_hosts() {
        let both = ["wasi:keyvalue/store@0.2.0-draft", "wasi:blobstore/container@0.2.0-draft"];
        assert_eq!(home(&both, &[]), [Wasmcloud]);
        assert_eq!(home(&both[..1], &["wasi:keyvalue/watcher@0.2.0-draft"]), [Wasmcloud]);
        // What only larder has together.
        assert_eq!(home(&["fermyon:spin/key-value", "wasmcloud:keyvalue/store@0.2.0"], &[]), [Larder]);
        assert_eq!(home(&["fermyon:spin/llm@2.0.0", "wasmcloud:keyvalue/store@0.2.0"], &[]), [Other]);
    }

    #[test]
    fn why_is_said_of_each_name_that_tells() {
        let labelled = Import::new("cache", Some("wasi:keyvalue/store@0.2.0-draft"));
        let (_, because) = weigh(&[labelled], &["wasi:cli/run@0.2.0".to_owned()], false);
        assert_eq!(because, ["it imports wasi:keyvalue/store@0.2.0-draft"]);
    }
}
