//! The world that a component was probably built for. A component does not say it; its exports and imports let it be guessed.

use super::{HomeHost, Import};

/// Exports of one interface that make a world, by how names begin: what stands in the place of the interface.
const BY_EXPORT: &[(&str, &str)] = &[
    ("wasi:cli/run@", "wasi:cli/command@"),
    ("wasi:http/incoming-handler@", "wasi:http/proxy@"),
    ("wasi:http/handler@", "wasi:http/service@"),
    ("wasi:keyvalue/watcher@", "wasi:keyvalue/watch-service@"),
    ("wasmcloud:keyvalue/watcher@", "wasmcloud:keyvalue/watch-service@"),
    ("larder:store/on-change@", "larder:store/trigger@"),
    ("fermyon:spin/inbound-http", "fermyon:spin/http-trigger"),
    ("fermyon:spin/inbound-redis", "fermyon:spin/redis-trigger"),
];

/// Packages with a world `imports` of all that they offer.
const WITH_IMPORTS: [&str; 3] = ["wasi:keyvalue", "wasi:config", "wasi:blobstore"];

/// What the largest world imports; the one for components of the component model 0.2 has all but the last.
const ALL: &[&str] = &[
    "types",
    "store",
    "batch",
    "atomics",
    "transactions",
    "files",
    "text",
    "events",
    "sql",
    "workspaces",
    "journal",
    "archive",
    "event-stream",
];

/// The worlds of `larder:store` that import, and what; the smallest first. `types` comes with each.
const OF_LARDER: &[(&str, &[&str])] = &[
    ("key-value", &["store"]),
    ("file-storage", &["files"]),
    ("event-streams", &["store", "event-stream"]),
    ("database", &["store", "batch", "atomics", "transactions"]),
    ("imports", ALL.split_at(ALL.len() - 1).0),
    ("concurrent-imports", ALL),
];

pub(super) fn probable(imports: &[Import], exports: &[String], hosts: &[HomeHost]) -> Vec<String> {
    let is_spins = *hosts == [HomeHost::Spin];
    let mut worlds: Vec<String> = exports.iter().filter_map(|name| by_export(name, is_spins, imports)).collect();
    worlds.sort_by_key(|world| world.starts_with("wasi:cli/"));
    if !worlds.iter().any(|world| world.contains("/http-trigger")) {
        worlds.extend(of_larder(imports));
        worlds.extend(WITH_IMPORTS.iter().filter_map(|package| {
            let version = imports.iter().find_map(|import| {
                let (interface, version) = import.interface().split_once('@')?;
                (interface.split('/').next() == Some(package)).then_some(version)
            })?;
            Some(format!("{package}/imports@{version}"))
        }));
    }
    worlds.dedup();
    worlds
}

fn by_export(name: &str, is_spins: bool, imports: &[Import]) -> Option<String> {
    let (begin, world) = BY_EXPORT.iter().find(|(begin, _)| name.starts_with(begin))?;
    if is_spins && name.starts_with("wasi:http/") {
        // Spin's newer packages are there beside those of its former name.
        let newer = imports.iter().any(|import| !import.interface().starts_with("fermyon:spin/") && is_of_spin(import));
        let former = "fermyon:spin/http-trigger@2.0.0";
        return Some(if newer || name.contains("/handler@") { "spin:up/http-trigger" } else { former }.to_owned());
    }
    Some(format!("{world}{}", &name[begin.len()..]))
}

fn is_of_spin(import: &Import) -> bool {
    let name = import.interface();
    name.starts_with("spin:") || name.starts_with("wasi:keyvalue/") || name.starts_with("wasi:config/")
}

/// The smallest world of `larder:store` that has all that is imported.
fn of_larder(imports: &[Import]) -> Option<String> {
    let names = imports.iter().filter_map(|import| import.interface().strip_prefix("larder:store/")?.split_once('@'));
    let names: Vec<(&str, &str)> = names.collect();
    let (_, version) = names.first()?;
    let has = |world: &[&str]| names.iter().all(|(name, _)| *name == "types" || world.contains(name));
    let (world, _) = OF_LARDER.iter().find(|(_, world)| has(world))?;
    Some(format!("larder:store/{world}@{version}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worlds(imports: &[&str], exports: &[&str], host: HomeHost) -> Vec<String> {
        let imports: Vec<Import> = imports.iter().map(|name| Import::new(name, None)).collect();
        let exports: Vec<String> = exports.iter().map(|name| (*name).to_owned()).collect();
        probable(&imports, &exports, &[host])
    }

    #[test]
    fn exports_and_imports_name_their_worlds() {
        let larder = ["larder:store/store@0.1.0", "larder:store/types@0.1.0"];
        assert_eq!(
            worlds(&larder, &["wasi:cli/run@0.2.6"], HomeHost::Larder),
            ["wasi:cli/command@0.2.6", "larder:store/key-value@0.1.0"]
        );
        let keyvalue = ["wasi:keyvalue/store@0.2.0-draft", "wasi:config/store@0.2.0-rc.1"];
        assert_eq!(
            worlds(&keyvalue, &["wasi:keyvalue/watcher@0.2.0-draft"], HomeHost::Wasmcloud),
            [
                "wasi:keyvalue/watch-service@0.2.0-draft",
                "wasi:keyvalue/imports@0.2.0-draft",
                "wasi:config/imports@0.2.0-rc.1"
            ]
        );
        let proxy = "wasi:http/incoming-handler@0.2.0";
        assert_eq!(worlds(&[], &[proxy], HomeHost::Wasi), ["wasi:http/proxy@0.2.0"]);
        assert_eq!(worlds(&[], &["wasi:http/handler@0.3.0"], HomeHost::Wasi), ["wasi:http/service@0.3.0"]);
        let former = worlds(&["fermyon:spin/key-value@2.0.0"], &[proxy], HomeHost::Spin);
        assert_eq!(former, ["fermyon:spin/http-trigger@2.0.0"]);
        let newer = worlds(&["wasi:keyvalue/store@0.2.0-draft2"], &[proxy], HomeHost::Spin);
        assert_eq!(newer, ["spin:up/http-trigger"]);
        assert_eq!(worlds(&[], &["add"], HomeHost::Wasi), [""; 0]);
    }

    /// The list is what the contract has.
    #[test]
    fn the_worlds_of_larder_are_those_of_the_contract() {
        let contract = include_str!("../../../wit/worlds.wit");
        let lines = contract.lines().map(|line| line.split("//").next().unwrap_or_default().trim());
        let (mut worlds, mut world) = (Vec::<(String, Vec<String>)>::new(), None);
        for line in lines {
            let word =
                |before: &str| line.strip_prefix(before).map(|rest| rest.trim_end_matches([';', '{', ' ']).to_owned());
            if let Some(name) = word("world ") {
                world = Some((name, Vec::new()));
            } else if let (Some(name), Some((_, imports))) = (word("include "), &mut world) {
                let included = worlds.iter().find(|(world, _)| *world == name).unwrap();
                imports.extend(included.1.clone());
            } else if let (Some(name), Some((_, imports))) = (word("import "), &mut world) {
                imports.push(name);
            } else if line == "}" {
                worlds.extend(world.take());
            }
        }
        worlds.retain(|(_, imports)| !imports.is_empty());
        worlds.sort();
        let mut listed: Vec<(String, Vec<String>)> = OF_LARDER
            .iter()
            .map(|(name, imports)| ((*name).to_owned(), imports.iter().map(|import| (*import).to_owned()).collect()))
            .collect();
        listed.sort();
        assert_eq!(listed, worlds);
    }
}
