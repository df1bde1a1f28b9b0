use std::time::Duration;

use larder_engine::{ArchiveFormat, JournalConfig};

use super::*;

const HOUR: Duration = Duration::from_secs(3600);

fn place() -> Place {
    // The purge is asked for, so that the test knows when it was.
    Place::with(|config| {
        let journal = JournalConfig { retention: Some(HOUR), ..JournalConfig::default() };
        config.journal(journal).purge_interval(Duration::from_secs(1 << 30))
    })
}

fn kept(place: &Place) -> Vec<String> {
    let sql = place.sql();
    let mut rows = sql.prepare("SELECT measurement FROM journal_entries ORDER BY entry_id").unwrap();
    rows.query_map((), |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

#[test]
fn a_row_goes_when_it_is_archived_and_old_enough() {
    let place = place();
    place.append(&["archived and old", "archived"]);
    let archives = place.store.archives();
    let done = archives.compact(i64::MAX, ArchiveFormat::Gzip).unwrap().unwrap();
    place.append(&["live"]);
    place.larder.purge();
    assert_eq!(kept(&place).len(), 3);
    place.kit.clock.set(START_MS + 3_600_001);
    place.larder.purge();
    assert_eq!(kept(&place), ["archived", "live"]);
    place.kit.advance(10 * 3_600_000);
    place.larder.purge();
    assert_eq!(kept(&place), ["live"]);
    archives.restore(&done.name).unwrap();
    assert_eq!(live(&place.store), ["archived and old", "archived", "live"]);
}

#[test]
fn a_row_that_waits_to_be_delivered_stays() {
    let place = place();
    place.append(&["delivered", "waiting"]);
    place.store.archives().compact(i64::MAX, ArchiveFormat::Gzip).unwrap();
    place
        .sql()
        .execute_batch("DELETE FROM larder_outbox; INSERT INTO larder_outbox (entry_id, bucket) VALUES (2, 'b')")
        .unwrap();
    place.kit.advance(10 * 3_600_000);
    place.larder.purge();
    assert_eq!(kept(&place), ["waiting"]);
}

#[test]
fn what_went_makes_room() {
    let place = Place::with(|config| {
        let journal = JournalConfig { retention: Some(HOUR), bytes: Some(30), ..JournalConfig::default() };
        config.journal(journal).purge_interval(Duration::from_secs(1 << 30))
    });
    let append = || place.store.journal().append(&"m".repeat(15), "{}", &Default::default());
    append().unwrap();
    append().unwrap_err();
    place.store.archives().compact(i64::MAX, ArchiveFormat::Gzip).unwrap();
    append().unwrap_err();
    place.kit.advance(3_600_001);
    place.larder.purge();
    append().unwrap();
}
