//! Every bound of the engine, in one place.

use std::time::Duration;

/// Longest text of a bad name that an error repeats, in characters.
pub(crate) const NAME_IN_ERROR_CHARS: usize = 64;

/// Longest name of a tenant, in bytes. It is a directory's name, which may have 255; the rest is left to file systems that
/// encode names.
pub(crate) const TENANT_NAME_BYTES: usize = 128;

/// Longest name of a scope, in bytes. It goes before the name of each of the scope's groups.
pub(crate) const SCOPE_NAME_BYTES: usize = 64;

/// Longest name of a file, in bytes: what the usual file systems take.
pub(crate) const FILE_NAME_BYTES: usize = 255;

/// Most names in the path of a file. Bounds the handles that a walk of a tenant's tree holds.
pub(crate) const FILE_PATH_NAMES: usize = 32;

/// Levels that a walk of a tenant's tree goes down. More than a path may have, for what an operator put there.
pub(crate) const FILE_TREE_LEVELS: usize = 64;

/// Most bytes that one read of a file piece by piece answers.
pub(crate) const FILE_PIECE_BYTES: u64 = 1024 * 1024;

/// Most names in one page of a directory.
pub(crate) const FILE_PAGE_ITEMS: usize = 1_000;

/// Expired rows that one step of a purge removes before it looks at the clock again; bounds how long the writer is held.
pub(crate) const PURGE_STEP_ROWS: usize = 1_000;

/// Rows in one page of those that a migration kept aside. Few, because a legacy value has no limit on its size.
pub(crate) const UNMIGRATED_PAGE_ROWS: usize = 100;

/// Entries and rows between two reports of a transfer's progress.
pub(crate) const TRANSFER_STEP_ITEMS: u64 = 1_000;

/// Things refused by an import that its report names; the rest are counted.
pub(crate) const REFUSED_LISTED: usize = 100;

/// Room in a JSON line for names and punctuation beside an entry's group, key and value, in bytes.
pub(crate) const LINE_SPARE_BYTES: u64 = 64 * 1024;

/// Groups that one step of a delete by prefix looks up; bounds what it holds of their names.
pub(crate) const DELETE_STEP_GROUPS: usize = 1_000;

/// Counters of groups that a transaction holds before it writes them: about a megabyte with the longest names.
pub(crate) const ACCOUNTS_HELD: usize = 1_000;

/// Bytes of events that a transaction gathers in memory before it writes them down.
pub(crate) const FEED_PART_BYTES: usize = 256 * 1024;

/// Bits of a part's place in the feed that number it within its commit.
pub(crate) const FEED_PART_BITS: u32 = 20;

/// Most parts of one commit: a quarter of a terabyte of events.
pub(crate) const FEED_PARTS: u32 = 1 << FEED_PART_BITS;

/// Parts that one step of trimming the feed looks at; bounds how long the writer is held.
pub(crate) const FEED_TRIM_STEP: usize = 1_000;

/// Bytes of values that one answer of a watcher holds, over its first event.
pub(crate) const WATCH_ANSWER_BYTES: usize = 1024 * 1024;

/// Most events in one answer of a watcher.
pub(crate) const WATCH_ANSWER_EVENTS: usize = 1_000;

/// Consumers of a root that have a label of their own in what is measured: each costs whoever keeps the metrics some memory.
pub(crate) const CONSUMER_LABELS: usize = 64;

/// Longest name of a consumer, in bytes.
pub(crate) const CONSUMER_NAME_BYTES: usize = 256;

/// Longest text of a failure that is kept with a parked event, in bytes.
pub(crate) const PARKED_ERROR_BYTES: usize = 1_024;

/// How long the purge leaves a tenant alone that somebody was writing to.
pub(crate) const PURGE_RETRY: Duration = Duration::from_millis(200);

/// Most pieces that a value is cut into: a piece costs some tens of bytes however small it is.
pub(crate) const SPLIT_PIECES: usize = 100_000;

/// Blocks of a template within each other, `{{else if}}` included: each costs the parser a piece of its stack.
pub(crate) const TEMPLATE_LEVELS: usize = 64;

/// Steps that a template may take: a second or so.
pub(crate) const RENDER_STEPS: u64 = 2_000_000;

/// Bytes that a step of a template handles; more count as several steps.
pub(crate) const RENDER_STEP_BYTES: u64 = 256;

/// What an entry costs a template beside its key and value, in bytes: the nodes of a map and their allocations.
pub(crate) const RENDER_ENTRY_BYTES: usize = 128;

/// Longest text of an error in a template, in characters. It may repeat what the template says.
pub(crate) const TEMPLATE_ERROR_CHARS: usize = 500;

/// Prepared statements kept per connection. The engine has fewer than this, so none is ever compiled twice.
pub(crate) const STATEMENT_CACHE: usize = 80;

/// Steps of SQLite's machine after which a statement looks whether it is to end: well under a millisecond.
pub(crate) const WATCH_STEPS: i32 = 10_000;

/// Look-aside memory of one connection: places, and bytes of each. SQLite's own number of places is 40.
pub(crate) const LOOK_ASIDE_PLACES: i32 = 8;
pub(crate) const LOOK_ASIDE_BYTES: i32 = 1_200;

/// Page cache of one connection, in KiB. Small, because a host may have hundreds of tenants open.
pub(crate) const PAGE_CACHE_KIB: i64 = 512;

/// Size that the write-ahead log is cut back to after a checkpoint, in bytes.
pub(crate) const WAL_KEEP_BYTES: i64 = 8 * 1024 * 1024;

/// Longest Flux text, in bytes. A query is typed or made by a program; no one that is meant comes near.
pub(crate) const FLUX_BYTES: usize = 64 * 1024;

/// How deep conditions nest in a Flux text. Bounds the stack of the parser.
pub(crate) const FLUX_DEPTH: usize = 64;

/// How deep arrays and objects nest within fields of the journal. Bounds the stack of whoever reads them.
pub(crate) const JSON_DEPTH: usize = 64;

/// Largest fields of a row of the journal, in bytes as they are given. A row is a summary, no place for contents.
pub(crate) const JOURNAL_FIELDS_BYTES: usize = 1024 * 1024;

/// Longest measurement, name or value of a tag, in bytes.
pub(crate) const JOURNAL_NAME_BYTES: usize = 1024;

/// Most bytes of text in a filter on the journal: each row is compared with all of it.
pub(crate) const JOURNAL_FILTER_BYTES: usize = 64 * 1024;

/// Most tags of a row of the journal. Receivers make an index of each.
pub(crate) const JOURNAL_TAGS: usize = 256;

/// Longest statement of SQL from a guest, in bytes. What a single row costs grows with it, and is not interrupted.
pub(crate) const SQL_STATEMENT_BYTES: usize = 16 * 1024;

/// Largest value that SQL from a guest may meet or make, in bytes: one entry of a workspace and as much again.
pub(crate) const SQL_VALUE_BYTES: usize = 2 * 1024 * 1024;

/// What a cell of an answer counts for beside its content, in bytes.
pub(crate) const SQL_CELL_BYTES: usize = size_of::<crate::SqlValue>();

/// Most parameters of a guest's statement.
pub(crate) const SQL_PARAMETERS: usize = 100;

/// Most columns of a table, a result or a sort in a guest's statement.
pub(crate) const SQL_COLUMNS: usize = 100;

/// How deep expressions and brackets nest in a guest's statement. SQLite's parser recurses.
pub(crate) const SQL_DEPTH: usize = 100;

/// Most parts of a `UNION` in a guest's statement.
pub(crate) const SQL_COMPOUND: usize = 50;

/// Most queries in one another, those in views counted: each name in `WITH` stands for a copy.
pub(crate) const SQL_SELECTS: usize = 500;

/// Most instructions that a guest's statement is compiled to.
pub(crate) const SQL_INSTRUCTIONS: usize = 50_000;

/// Most arguments of a function in a guest's statement.
pub(crate) const SQL_FUNCTION_ARGUMENTS: usize = 50;

/// Longest pattern of LIKE and GLOB in a guest's statement, in bytes: they try it at each place of a text.
pub(crate) const SQL_PATTERN_BYTES: usize = 64;

/// Most uses of LIKE in a guest's statement, for the same reason; GLOB counts twice.
pub(crate) const SQL_SLOW_FUNCTIONS: usize = 8;

/// Page cache of a guest's statement, in KiB; a sort holds as much before it goes to a file.
pub(crate) const SQL_CACHE_KIB: i64 = 2048;

/// Longest text of SQLite that an error of a guest's statement repeats, in characters.
pub(crate) const SQL_ERROR_CHARS: usize = 256;

/// Steps of SQLite's machine after which a guest's statement looks at the time.
pub(crate) const SQL_WATCH_STEPS: i32 = 1_000;

/// Longest name of a workspace, in bytes. Its file's name has up to 15 more, and may have 255.
pub(crate) const WORKSPACE_NAME_BYTES: usize = 240;

/// Longest kind of an entry of a workspace, in bytes. Each is a field of the summary.
pub(crate) const WORKSPACE_KIND_BYTES: usize = 256;

/// Pages that one put can need. A workspace that has fewer left is what is full, not the disk.
pub(crate) const WORKSPACE_PUT_PAGES: i64 = 20_000;

/// Largest data of an entry of a workspace, in bytes, as they are given and as they are stored.
pub(crate) const WORKSPACE_DATA_BYTES: usize = 1024 * 1024;

/// Most rows of an archive: they are marked and brought back in one transaction, for which other writers wait.
pub(crate) const ARCHIVE_ROWS: u64 = 250_000;

/// Rows that compaction holds at a time, and bytes of their lines after which it holds no more.
pub(crate) const ARCHIVE_STEP_ROWS: usize = 1_000;
pub(crate) const ARCHIVE_STEP_BYTES: usize = 4 * 1024 * 1024;

/// Longest line of an archive, in bytes. Bounds what a damaged one makes its reader hold.
pub(crate) const ARCHIVE_LINE_BYTES: usize = 16 * 1024 * 1024;

/// Window of a Zstandard archive that is read, as a power of two of bytes: 8 MiB, four times what compaction uses.
pub(crate) const ARCHIVE_WINDOW_LOG: u32 = 23;

/// Most archives in one page of the list.
pub(crate) const ARCHIVE_PAGE_ITEMS: usize = 1_000;

/// Numbers of rows that a compaction answers of those it could not read.
pub(crate) const SKIPPED_SHOWN: usize = 100;

/// Most parked rows in one page of the list.
pub(crate) const PARKED_PAGE_ROWS: usize = 1_000;

/// How long after its last row a tenant stays marked as one with something to deliver. A mark costs a sync of a directory to
/// make, which a commit waits for; one too many costs a look into the tenant when the root is next opened.
pub(crate) const DELIVERY_MARK_KEPT: Duration = Duration::from_secs(300);

/// Pages in the log of commits after which the background moves them to their place in the database: 4 MiB.
pub(crate) const CHECKPOINT_PAGES: u32 = 1_000;

/// Pages in the log after which a commit does it itself, so that the log does not grow while the background is behind.
pub(crate) const CHECKPOINT_NOW_PAGES: u32 = 4_000;

/// Short writes that are committed together at most.
pub(crate) const COMBINED_WRITES: usize = 256;

/// How long short writes are gathered in one transaction before it is committed.
pub(crate) const COMBINED_TIME: Duration = Duration::from_millis(10);

/// Counters of groups that an open tenant keeps in memory from one transaction to the next.
pub(crate) const ACCOUNTS_KEPT: usize = 64;

/// Parts of a tenant's read cache with a lock each.
pub(crate) const CACHE_SHARDS: usize = 4;

/// Steps by which a tenant's read cache grows, in bytes.
pub(crate) const CACHE_STEP_BYTES: u64 = 256 * 1024;

/// Changes of one commit that are entered into the read cache; others are only forgotten there, and with 64 times as many
/// all of the tenant is.
pub(crate) const CACHE_COMMIT_ENTRIES: usize = 64;

/// Bytes of values of one commit that are entered into the read cache.
pub(crate) const CACHE_COMMIT_NEWS_BYTES: usize = 256 * 1024;

/// Limits on sizes, each checked at the engine's one door before anything is stored.
///
/// ```
/// use larder_engine::Limits;
/// let limits = Limits { value_bytes: 64 * 1024, ..Limits::default() };
/// assert_eq!(limits.key_bytes, 4096);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest group name, in bytes of UTF-8, without a scope's prefix. Default 1,024.
    pub group_bytes: usize,
    /// Longest key, in bytes of UTF-8. Default 4,096.
    pub key_bytes: usize,
    /// Largest value, in bytes. Default 16 MiB.
    pub value_bytes: usize,
    /// Most items in one call that takes many. Default 10,000.
    pub batch_items: usize,
    /// Most items in a page. Default 10,000.
    pub page_items: usize,
    /// Bytes of keys and values after which a page ends; it always holds at least one item. Default 4 MiB.
    pub page_bytes: usize,
    /// Bytes of values that a call which is not paged answers at most. Default 64 MiB.
    pub response_bytes: usize,
    /// Largest file that is read in one call, in bytes. Default 16 MiB.
    pub file_read_bytes: usize,
    /// Most rows that a statement of SQL answers. Default 10,000.
    pub sql_rows: usize,
    /// Bytes that the rows of a statement of SQL take at most, with 32 for each value beside its content. Default 16 MiB.
    pub sql_bytes: usize,
    /// How long a statement of SQL may run. Default 5 s.
    pub sql_time: Duration,
    /// Longest template, in bytes. Default 64 KiB.
    pub template_bytes: usize,
    /// Bytes of the entries of a group that a template can be run over: keys and values, and 128 for each entry. Default
    /// 16 MiB.
    pub template_group_bytes: usize,
    /// Bytes that a template may print, and bytes that its functions may make on the way. Default 4 MiB.
    pub rendered_bytes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            group_bytes: 1024,
            key_bytes: 4096,
            value_bytes: 16 * 1024 * 1024,
            batch_items: 10_000,
            page_items: 10_000,
            page_bytes: 4 * 1024 * 1024,
            response_bytes: 64 * 1024 * 1024,
            file_read_bytes: 16 * 1024 * 1024,
            sql_rows: 10_000,
            sql_bytes: 16 * 1024 * 1024,
            sql_time: Duration::from_secs(5),
            template_bytes: 64 * 1024,
            template_group_bytes: 16 * 1024 * 1024,
            rendered_bytes: 4 * 1024 * 1024,
        }
    }
}
