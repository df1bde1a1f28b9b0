//! Every bound of one instance, in one place.

use std::time::Duration;

/// What one instance may use. Each is a bound on what a hostile guest can cost the host.
///
/// `stores`, `transactions`, `files`, `watchers`, `workspaces`, `rows` and `archives` are kept by the host functions themselves, in
/// every embedding. `memory`,
/// `time`, `resources` and `call_bytes` are settings of the wasmtime store: [`Plugin`](crate::Plugin) applies them; a
/// host with a wasmtime store of its own sets them there (`Store::limiter`, epochs, `ResourceTable::set_max_capacity`,
/// `Store::set_hostcall_fuel`).
///
/// ```
/// use larder::Limits;
/// use std::time::Duration;
/// let limits = Limits { time: Duration::from_secs(1), ..Limits::default() };
/// assert_eq!(limits.memory, 128 * 1024 * 1024);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of all linear memories together, and of tables at 16 bytes an element. Growing past it answers -1 to the
    /// guest, whose allocator then usually gives up. Default 128 MiB: a JavaScript or Python component fits, with room
    /// for its data.
    pub memory: u64,
    /// Wall-clock time of one call, host functions included. Past it the call ends, wherever it is. Default 30 s.
    pub time: Duration,
    /// Bytes that one call of a host function may make the host allocate for its arguments. A list of a million strings
    /// that all point to the same megabyte costs the guest nothing, so its memory does not bound this. Past it the
    /// guest traps before the host function runs. Default 128 MiB, eight of the largest
    /// values: a batch that is larger has to be split.
    pub call_bytes: usize,
    /// Handles of all kinds together, WASI's open files, streams and pollables too. Past it the guest traps. Default
    /// 1,024, as most systems bound the open files of a process.
    pub resources: usize,
    /// Open `store` handles; the next `open` answers `too-many`. Default 64.
    pub stores: u32,
    /// `transaction` handles; the next `begin` answers `too-many`. Default 4: a transaction keeps other writers of its
    /// tenant waiting, and few plugins have several tenants.
    pub transactions: u32,
    /// Directories, readers and writers of `files` together, each of which can hold an open file of the host; the next
    /// one answers `too-many-handles`. Default 64.
    pub files: u32,
    /// `watcher` handles and streams of changes together; the next `watch` answers `too-many`. Default 16. A watcher is a
    /// position and costs the host little, each call on it reads from the tenant's database; a stream keeps a page of up to
    /// 1 MiB of values besides.
    pub watchers: u32,
    /// `workspace` handles, each of which holds files of the host open; the next one answers `too-many`. Default 16.
    pub workspaces: u32,
    /// Answers to statements of SQL, each of which holds up to 16 MiB of the host's memory; the next one answers `too-many`.
    /// Default 4.
    pub rows: u32,
    /// Readers of archives, each of which holds a file of the host open and up to 24 MiB of its memory; the next one answers
    /// `too-many`. Default 2.
    pub archives: u32,
}

/// Plugins of a process that have a label of their own in what is measured: each costs whoever keeps the metrics some memory.
pub(crate) const PLUGIN_LABELS: usize = 64;

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            memory: 128 << 20,
            time: Duration::from_secs(30),
            call_bytes: 128 << 20,
            resources: 1024,
            stores: 64,
            transactions: 4,
            files: 64,
            watchers: 16,
            workspaces: 16,
            rows: 4,
            archives: 2,
        }
    }
}

/// How often running guests are interrupted to see whether their time is up and to let others run. Short against the
/// time limits that are useful, long against the cost of a switch (microseconds).
pub(crate) const TICK: Duration = Duration::from_millis(10);

/// Core instances, tables and memories of one component instance. Components that carry an interpreter have some
/// dozens; each costs the host memory of its own.
pub(crate) const CORE_ITEMS: usize = 256;

/// What an element of a table counts for in the limit on memory: the most that one takes of the host, in bytes.
pub(crate) const TABLE_ELEMENT_BYTES: u64 = 16;

/// Bytes of one piece of a file that `reader.read` answers, as the contract says.
pub(crate) const FILE_PIECE: u32 = 1 << 20;

/// Bytes after which a page of an answer to SQL ends, as the contract says.
pub(crate) const ROWS_PAGE_BYTES: usize = 1 << 20;

/// Bytes after which a page of an archive ends, as the contract says.
pub(crate) const ARCHIVE_PAGE_BYTES: usize = 1 << 20;

/// Longest label, in bytes; labels are made by the host, so that this only catches mistakes.
pub(crate) const LABEL: usize = 64;
