//! An archive that the host's disk lost a part of.

use larder_guest::Store;
use larder_guest::archive::ArchiveError;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let archives_of = Store::default_store()?;
    let archives = archives_of.archives();
    let names: Vec<String> = archives.list().map(|info| info.map(|info| info.name)).collect::<Result<_, _>>()?;
    let [cut, gone] = &names[..] else { return Err("there are two".into()) };
    let found = archives.verify(cut)?;
    assert!(found.rows < 2_000 && !found.problems.is_empty(), "{found:?}");
    let mut rows = archives.read(cut)?;
    let good = rows.by_ref().take_while(Result::is_ok).count();
    assert_eq!(good as u64, found.rows);
    assert!(rows.next().is_none());
    assert!(matches!(archives.restore(cut), Err(ArchiveError::Damaged(_))));
    assert!(matches!(archives.read(gone).map(drop), Err(ArchiveError::Damaged(_))));
    assert_eq!(archives.verify(gone)?.rows, 0);
    assert!(matches!(archives.restore(gone), Err(ArchiveError::Damaged(_))));
    Ok(())
}
