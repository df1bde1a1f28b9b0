//! Which interfaces of the contract a plugin may import.

use std::{collections::BTreeSet, fmt, str::FromStr};

/// An interface of `larder:store` that a host grants or does not grant. `types` comes with each of them, and `sql` with those
/// that run SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Interface {
    /// Entries.
    Store,
    /// Many keys in one call.
    Batch,
    /// Increment and compare-and-swap.
    Atomics,
    /// Transactions.
    Transactions,
    /// The tenant's files.
    Files,
    /// Templates and pieces of text.
    Text,
    /// What changes in a store.
    Events,
    /// The same as a stream, for concurrent components.
    EventStream,
    /// Workspaces, with SQL on them.
    Workspaces,
    /// The journal, with SQL on it.
    Journal,
    /// Archives of the journal.
    Archive,
}

impl Interface {
    /// All of them.
    pub const ALL: [Interface; 11] = [
        Interface::Store,
        Interface::Batch,
        Interface::Atomics,
        Interface::Transactions,
        Interface::Files,
        Interface::Text,
        Interface::Events,
        Interface::EventStream,
        Interface::Workspaces,
        Interface::Journal,
        Interface::Archive,
    ];

    /// The name in the contract and in `larder.toml`.
    pub fn as_str(self) -> &'static str {
        match self {
            Interface::Store => "store",
            Interface::Batch => "batch",
            Interface::Atomics => "atomics",
            Interface::Transactions => "transactions",
            Interface::Files => "files",
            Interface::Text => "text",
            Interface::Events => "events",
            Interface::EventStream => "event-stream",
            Interface::Workspaces => "workspaces",
            Interface::Journal => "journal",
            Interface::Archive => "archive",
        }
    }
}

impl fmt::Display for Interface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that is not that of an interface.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown interface {0:?}; there are {known}", known = known())]
pub struct UnknownInterface(String);

fn known() -> String {
    Interface::ALL.map(Interface::as_str).join(", ")
}

impl FromStr for Interface {
    type Err = UnknownInterface;

    fn from_str(name: &str) -> Result<Interface, UnknownInterface> {
        let known = Interface::ALL.into_iter().find(|interface| interface.as_str() == name);
        known.ok_or_else(|| UnknownInterface(name.chars().take(64).collect()))
    }
}

/// A set of interfaces. The default grants none.
///
/// ```
/// use larder::{Interface, Interfaces};
/// let granted = Interfaces::of([Interface::Store, Interface::Files]);
/// assert!(granted.contains(Interface::Files));
/// assert!(!granted.contains(Interface::Transactions));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interfaces(BTreeSet<Interface>);

impl Interfaces {
    /// No interface.
    pub fn none() -> Interfaces {
        Interfaces::default()
    }

    /// Every interface.
    pub fn all() -> Interfaces {
        Interfaces::of(Interface::ALL)
    }

    /// These interfaces.
    pub fn of(interfaces: impl IntoIterator<Item = Interface>) -> Interfaces {
        Interfaces(interfaces.into_iter().collect())
    }

    /// Whether `interface` is one of them.
    pub fn contains(&self, interface: Interface) -> bool {
        self.0.contains(&interface)
    }

    /// Whether it is the empty set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The interfaces, in the order of the contract.
    pub fn iter(&self) -> impl Iterator<Item = Interface> + '_ {
        self.0.iter().copied()
    }
}
