//! Version 2: what larder keeps beside entries: the journal, the change feed, and the progress of those who follow them.
//!
//! `journal_entries` and its index are go-store's, with a nullable column more.

use rusqlite::Transaction;

pub(super) fn create(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    transaction.execute_batch(
        "CREATE TABLE IF NOT EXISTS journal_entries (
            entry_id INTEGER PRIMARY KEY AUTOINCREMENT,
            bucket_name TEXT NOT NULL,
            measurement TEXT NOT NULL,
            fields_json TEXT NOT NULL,
            tags_json TEXT NOT NULL,
            committed_at INTEGER NOT NULL,
            archived_at INTEGER
        );
        CREATE INDEX IF NOT EXISTS journal_entries_bucket_committed_at_idx
            ON journal_entries (bucket_name, committed_at);",
    )?;
    if !super::has_column(transaction, "journal_entries", "scope")? {
        // The scope that committed the row; NULL is the whole tenant, as are go-store's rows.
        transaction.execute_batch("ALTER TABLE journal_entries ADD COLUMN scope TEXT")?;
    }
    transaction.execute_batch(
        // Live rows by time, those of a scope, and archived ones, which go by age.
        "CREATE INDEX larder_journal_live ON journal_entries (committed_at) WHERE archived_at IS NULL;
        CREATE INDEX larder_journal_scope ON journal_entries (scope, committed_at)
            WHERE archived_at IS NULL AND scope IS NOT NULL;
        CREATE INDEX larder_journal_archived ON journal_entries (committed_at) WHERE archived_at IS NOT NULL;
        INSERT INTO larder_meta (name, value) SELECT 'journal_bytes', coalesce(sum(
            octet_length(bucket_name) + octet_length(measurement) + octet_length(fields_json) + octet_length(tags_json)
        ), 0) FROM journal_entries;
        -- For other programs, which do not count.
        CREATE TRIGGER larder_journal_insert AFTER INSERT ON journal_entries BEGIN
            UPDATE larder_meta SET value = value + octet_length(NEW.bucket_name) + octet_length(NEW.measurement)
                + octet_length(NEW.fields_json) + octet_length(NEW.tags_json) WHERE name = 'journal_bytes';
        END;
        CREATE TRIGGER larder_journal_delete AFTER DELETE ON journal_entries BEGIN
            UPDATE larder_meta SET value = value - octet_length(OLD.bucket_name) - octet_length(OLD.measurement)
                - octet_length(OLD.fields_json) - octet_length(OLD.tags_json) WHERE name = 'journal_bytes';
        END;",
    )?;
    transaction.execute_batch(
        // `id` is the commit's sequence number in the upper bits and the number of the part in the lower ones. The totals
        // count everything that the feed ever held up to and with this part, so that what it holds is a difference.
        "CREATE TABLE larder_feed (
            id INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            events INTEGER NOT NULL,
            events_so_far INTEGER NOT NULL,
            bytes_so_far INTEGER NOT NULL,
            body BLOB NOT NULL
        );
        -- Those who follow the feed by name: the commit that each has come to, and how many of its events it is done with.
        CREATE TABLE larder_consumers (
            name TEXT NOT NULL PRIMARY KEY,
            seq INTEGER NOT NULL,
            taken INTEGER NOT NULL
        ) WITHOUT ROWID;
        -- Events that a consumer could not take, put aside.
        CREATE TABLE larder_parked_events (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            consumer TEXT NOT NULL,
            seq INTEGER NOT NULL,
            at INTEGER NOT NULL,
            body BLOB NOT NULL,
            attempts INTEGER NOT NULL,
            error TEXT NOT NULL,
            parked_at INTEGER NOT NULL
        );
        CREATE INDEX larder_parked_events_consumer ON larder_parked_events (consumer, id);
        -- Journal rows that are still to be delivered; `parked_at` once the receiver has refused one for good.
        CREATE TABLE larder_outbox (
            entry_id INTEGER PRIMARY KEY,
            bucket TEXT NOT NULL,
            error TEXT,
            parked_at INTEGER
        );
        CREATE INDEX larder_outbox_waiting ON larder_outbox (bucket, entry_id) WHERE parked_at IS NULL;
        -- Workspaces that are committed and whose file is still to be removed.
        CREATE TABLE larder_committed_workspaces (file TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;
        -- Archives: `rows` is NULL while one is being written or removed, `scope` where it is the whole tenant's.
        CREATE TABLE larder_archives (
            name TEXT NOT NULL PRIMARY KEY,
            scope TEXT,
            rows INTEGER,
            bytes INTEGER,
            created_at INTEGER NOT NULL
        ) WITHOUT ROWID;
        -- Rows of a legacy table that could not become entries, and why.
        CREATE TABLE larder_unmigrated (
            id INTEGER PRIMARY KEY,
            source TEXT NOT NULL,
            grp BLOB,
            key BLOB,
            value BLOB,
            expires_at BLOB,
            reason TEXT NOT NULL
        );
        INSERT INTO larder_meta (name, value)
            SELECT 'feed_floor', value FROM larder_meta WHERE name = 'sequence';
        INSERT INTO larder_meta (name, value) VALUES ('feed_off', 0);",
    )
}
