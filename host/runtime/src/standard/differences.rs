//! How what larder serves differs from what a component knows from its home.
//!
//! The table in `docs/standard-interfaces.md` is this one: a test compares them.

/// Interfaces that differ from their home in the same points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Differences {
    /// What the table in the documentation calls them.
    pub title: &'static str,
    /// How the names of these interfaces begin, and how they end.
    names: &'static [(&'static str, &'static str)],
    /// The points, one by one.
    pub points: &'static [Difference],
}

/// One point in which larder differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The interfaces of the package that it is about, such as `store`; empty: all.
    about: &'static [&'static str],
    /// How it is at home.
    pub there: &'static str,
    /// How it is here.
    pub here: &'static str,
}

const fn all(there: &'static str, here: &'static str) -> Difference {
    Difference { about: &[], there, here }
}

const fn of(about: &'static [&'static str], there: &'static str, here: &'static str) -> Difference {
    Difference { about, there, here }
}

const CURSORS: &str = "it is an error. A cursor is a number of keys with a checksum; in the instance that got it, it also stands for \
    the key, so that what is deleted between two pages shifts nothing";

const TIMES: &str = "times to live are exact to the millisecond; `if-not-exists` and `swap` are one transaction; no two writes of a \
    tenant have the same version";

/// Every interface that differs from its home, in the order of the documentation.
pub const DIFFERENCES: &[Differences] = &[
    Differences {
        title: "`wasi:keyvalue` 0.2.0-draft",
        names: &[("wasi:keyvalue/", "@0.2.0-draft")],
        points: &[
            of(&["store"], "wasmtime: only `\"\"` opens, in memory of one instance", "any granted label, durable"),
            of(
                &["atomics"],
                "a counter is u64",
                "it ends at 2^63 - 1, and one that another interface made negative cannot be told",
            ),
            of(&["store"], "wasmtime clamps a cursor that is out of range", CURSORS),
            of(&["store"], "wasmCloud makes any bucket that is opened", "labels are granted"),
        ],
    },
    Differences {
        title: "`wasi:keyvalue` 0.2.0-draft2",
        names: &[("wasi:keyvalue/", "@0.2.0-draft2")],
        points: &[
            of(&["store"], "Spin refuses each cursor", "pages of 10,000 keys"),
            of(
                &["atomics"],
                "Spin compares values",
                "versions: a value that was changed and changed back is another one. `cas.current` looks again, and a swap \
                 compares with the last look",
            ),
            of(
                &["batch"],
                "two types of `batch.get-many` have the same version",
                "which one is meant is read off the component",
            ),
        ],
    },
    Differences {
        title: "Spin's, all",
        names: &[
            ("wasi:keyvalue/", "@0.2.0-draft2"),
            ("fermyon:spin/key-value", ""),
            ("fermyon:spin/key-value", "@2.0.0"),
            ("spin:key-value/", "@3.0.0"),
        ],
        points: &[
            of(&["store", "key-value"], "at most 256 stores are open", "64, or the limit `stores` of the plugin"),
            of(&["batch", "store", "key-value"], "an answer has at most 128 MiB", "64 MiB"),
        ],
    },
    Differences {
        title: "`fermyon:spin/key-value` without a version",
        names: &[("fermyon:spin/key-value", "")],
        points: &[all("a store stays open until it is closed", "or until the instance ends")],
    },
    Differences {
        title: "`spin:key-value` 3.0.0",
        names: &[("spin:key-value/", "@3.0.0")],
        points: &[all(
            "a stream of keys holds a query",
            "it holds nothing: pages of 1,000 keys are read as the component reads. At most 16 streams are open",
        )],
    },
    Differences {
        title: "`wasmcloud:keyvalue`",
        names: &[("wasmcloud:keyvalue/", "@0.2.0")],
        points: &[
            of(&["store", "types", "cas"], "its backends differ in what they can do", TIMES),
            of(&["store"], "unlabelled imports open any name", "labels are granted, else `access-denied`"),
        ],
    },
    Differences {
        title: "`watcher`, exported",
        names: &[
            ("wasi:keyvalue/watcher", "@0.2.0-draft"),
            ("wasi:keyvalue/watcher", "@0.2.0-draft2"),
            ("wasmcloud:keyvalue/watcher", "@0.2.0"),
        ],
        points: &[of(
            &["watcher"],
            "whether a change can be missed is not said",
            "each is told at least once and in order, also what happened while the host was away; a gap in the feed is in the \
             host's log",
        )],
    },
    Differences {
        title: "`wasi:blobstore` 0.2.0-draft",
        names: &[("wasi:blobstore/", "@0.2.0-draft")],
        points: &[
            all(
                "a container is a place of the provider's",
                "a directory of the tenant's files; names are those of files",
            ),
            all("an object that is written may have any size", "at most 16 MiB, held in memory until `finish`"),
        ],
    },
    Differences {
        title: "`wasi:config`",
        names: &[("wasi:config/", "@0.2.0-rc.1"), ("wasi:config/", "@0.2.0-draft-2024-09-27")],
        points: &[all(
            "settings are the host's flags or the application's manifest",
            "`config` of the tenant, and of the plugin where the tenant has none of that name",
        )],
    },
    Differences {
        title: "`wasi:filesystem` 0.2",
        names: &[("wasi:filesystem/", "@0.2")],
        points: &[all(
            "directories of the host",
            "the tenant's files alone, where a grant has `preopen`, with their quota kept",
        )],
    },
    Differences {
        title: "`wasi:sockets` 0.2",
        names: &[("wasi:sockets/", "@0.2")],
        points: &[all("the network, as far as the host lets", "none: each address is refused")],
    },
];

impl Differences {
    /// Whether the interface `name` is one of these. A version of WASI has no end: what follows is compatible.
    fn has(&self, name: &str) -> bool {
        self.names.iter().any(|(begin, end)| {
            let rest = name.strip_prefix(begin);
            rest.is_some_and(|rest| match rest.split_once('@') {
                Some((_, version)) if *end == "@0.2" => version == "0.2" || version.starts_with("0.2."),
                Some((_, version)) => end.strip_prefix('@') == Some(version),
                None => end.is_empty(),
            })
        })
    }
}

/// In what points the interface `name`, such as `wasi:keyvalue/store@0.2.0-draft`, differs from its home here.
///
/// ```
/// let points = larder::standard::differences("wasi:keyvalue/store@0.2.0-draft");
/// assert!(points.iter().any(|point| point.here == "labels are granted"));
/// assert!(larder::standard::differences("larder:store/store@0.1.0").is_empty());
/// ```
pub fn differences(name: &str) -> Vec<&'static Difference> {
    let interface = name.split('@').next().and_then(|name| name.rsplit('/').next()).unwrap_or_default();
    let groups = DIFFERENCES.iter().filter(|group| group.has(name));
    groups
        .flat_map(|group| group.points)
        .filter(|point| point.about.is_empty() || point.about.contains(&interface))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::standard::{Standard, WATCHERS};

    fn here(name: &str) -> Vec<&'static str> {
        differences(name).iter().map(|point| point.here).collect()
    }

    #[test]
    fn a_point_is_told_of_the_interface_that_it_is_about() {
        assert_eq!(here("wasi:keyvalue/store@0.2.0-draft").len(), 3);
        assert_eq!(here("wasi:keyvalue/batch@0.2.0-draft"), [""; 0]);
        assert_eq!(here("wasi:keyvalue/batch@0.2.0-draft2").len(), 2);
        assert_eq!(here("fermyon:spin/key-value").len(), 3);
        assert_eq!(here("fermyon:spin/key-value@2.0.0").len(), 2);
        assert_eq!(here("wasi:sockets/tcp@0.2.6").len(), 1);
        assert_eq!(here("wasi:sockets/tcp@0.3.0"), [""; 0]);
        assert_eq!(here("wasi:keyvalue/watcher@0.2.0-draft").len(), 1);
    }

    /// A group of a name that no longer exists would be a row of the documentation about nothing.
    #[test]
    fn every_group_and_every_point_is_of_something_that_is_served() {
        let served: Vec<&str> = Standard::names()
            .chain(WATCHERS.iter().map(|(name, _)| *name))
            .chain(["wasi:filesystem/types@0.2.0", "wasi:sockets/tcp@0.2.0"])
            .collect();
        for group in DIFFERENCES {
            assert!(!group.points.is_empty() && served.iter().any(|name| group.has(name)), "{}", group.title);
            for point in group.points {
                let told = served.iter().any(|name| differences(name).contains(&point));
                assert!(told, "{}: {}", group.title, point.there);
            }
        }
    }
}
