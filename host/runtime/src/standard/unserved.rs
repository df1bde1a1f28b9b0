//! What a component can do about an interface that larder does not serve.

/// How the names of interfaces begin, and what to do about them. The first that fits counts.
const INSTEAD: &[(&str, &str)] = &[
    ("larder:store/", "this host offers larder:store 0.1"),
    ("larder:test/", "it comes with `larder test`, for a component with tests"),
    ("wasi:http/", "`larder serve` gives wasi:http 0.2 and 0.3 to a component that exports an HTTP handler"),
    ("wasi:keyvalue/", "larder serves wasi:keyvalue 0.2.0-draft and 0.2.0-draft2: build it for one of these"),
    (
        "wasi:config/",
        "larder serves wasi:config/store 0.2.0-rc.1 and 0.2.0-draft-2024-09-27: build it for one of these",
    ),
    (
        "wasi:blobstore/",
        "larder serves wasi:blobstore 0.2.0-draft, without labels; larder:store/files is the same and more",
    ),
    ("wasi:logging/", "print to standard error; what a plugin keeps is in larder:store/journal"),
    ("wasi:messaging/", MESSAGES),
    ("wasmcloud:messaging/", MESSAGES),
    ("wasi:sql/", SQL),
    ("spin:sqlite/", SQL),
    ("fermyon:spin/sqlite", SQL),
    ("fermyon:spin/variables", SETTINGS),
    ("spin:variables/", SETTINGS),
    ("fermyon:spin/config", SETTINGS),
    ("wasmcloud:secrets/", SETTINGS),
    ("fermyon:spin/key-value", "larder serves fermyon:spin/key-value without a version and 2.0.0"),
    ("spin:key-value/", "larder serves spin:key-value 3.0.0"),
    ("wasmcloud:keyvalue/", "larder serves wasmcloud:keyvalue 0.2.0"),
    ("fermyon:spin/llm", "there is no equivalent: larder runs no models"),
    ("wasi:nn/", "there is no equivalent: larder runs no models"),
    ("fermyon:spin/", NO_NETWORK),
    ("spin:", NO_NETWORK),
    ("wasi:tls/", NO_NETWORK),
    ("wasmcloud:postgres/", NO_NETWORK),
    ("wasi:cli/", WASI),
    ("wasi:clocks/", WASI),
    ("wasi:filesystem/", WASI),
    ("wasi:io/", WASI),
    ("wasi:random/", WASI),
    ("wasi:sockets/", WASI),
    (
        "wasi:",
        "this host offers the command line, clocks, files, random and sockets of WASI 0.2, and drafts of wasi:keyvalue, \
         wasi:blobstore and wasi:config",
    ),
    ("wasmcloud:", "there is no equivalent: larder is one host, without a lattice"),
    ("wrpc:", "there is no equivalent: larder is one host, without a lattice"),
];

const NO_NETWORK: &str =
    "there is no equivalent: larder lets no plugin onto the network; a host program can add it to its linker";
const MESSAGES: &str = "there is no equivalent; larder:store/events tells of changes, and a trigger is called for them";
const SQL: &str = "there is no database of a plugin's own; entries are in larder:store/store, and larder:store/workspaces takes queries \
    in SQL";
const SETTINGS: &str = "use wasi:config/store, which shows `config` of larder.toml";
const WASI: &str = "this host offers WASI 0.2: build it for the target wasm32-wasip2";

/// What to do about the interface `name`, which is not served.
pub(crate) fn instead(name: &str) -> &'static str {
    let found = INSTEAD.iter().find(|(begin, _)| name.starts_with(begin));
    found.map_or(
        "this host offers larder:store 0.1, WASI 0.2 and the interfaces in docs/standard-interfaces.md; a host program can add \
         others to its linker",
        |(_, instead)| instead,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_the_one_that_counts() {
        assert_eq!(instead("fermyon:spin/sqlite@2.0.0"), SQL);
        assert_eq!(instead("fermyon:spin/mqtt@2.0.0"), NO_NETWORK);
        assert!(instead("wasi:http/types@0.4.0").contains("larder serve"));
        assert!(instead("example:game/world").contains("can add"));
    }

    /// One that stands behind a shorter beginning of itself would never be found.
    #[test]
    fn no_entry_hides_another() {
        for (n, (begin, _)) in INSTEAD.iter().enumerate() {
            let hidden = INSTEAD[..n].iter().find(|(earlier, _)| begin.starts_with(earlier));
            assert_eq!(hidden, None, "{begin} is never reached");
        }
    }
}
