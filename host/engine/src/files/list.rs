//! The names in a directory, a page at a time.

use std::collections::BinaryHeap;

use cap_std::fs::Dir;

use super::{
    FileError, FileInfo, FileItem, FilePage, FileResult,
    error::failed,
    path::{FilePath, broken_file_name_rule},
    place::{Descent, descend, look},
};
use crate::{
    cursor::{self, Fingerprint},
    limits,
};

/// A page of the names in the directory at `path`: those behind the cursor, in the order of their bytes.
pub(super) fn list(top: &Dir, path: &FilePath, cursor: Option<&str>, limit: u32) -> FileResult<FilePage> {
    let question = Fingerprint::of(&[b"files", path.names().join("/").as_bytes()]);
    let after =
        cursor.map(|cursor| cursor::decode(question, cursor)).transpose().map_err(|_| FileError::InvalidCursor)?;
    let dir = match descend(top, path.names())? {
        Descent::Reached(dir) => dir,
        Descent::Missing { .. } => return Err(FileError::NotFound),
        Descent::Blocked(_) => return Err(FileError::NotADirectory),
    };
    let most = match usize::try_from(limit) {
        Ok(limit @ 1..limits::FILE_PAGE_ITEMS) => limit,
        _ => limits::FILE_PAGE_ITEMS,
    };
    let (names, more) = first_names(&dir, after.as_deref(), most)?;
    let next = names.last().filter(|_| more).map(|last| cursor::encode(question, last));
    let mut items = Vec::with_capacity(names.len());
    for name in names {
        // Since the names were read, one may have been removed.
        if let Some(metadata) = look(&dir, &name)? {
            items.push(FileItem { name, info: FileInfo::of(&metadata) });
        }
    }
    Ok(FilePage { items, next })
}

/// The first `most` names behind `after`, and whether there are more. Holds no more than one name beyond those, however
/// many the directory has.
fn first_names(dir: &Dir, after: Option<&str>, most: usize) -> FileResult<(Vec<String>, bool)> {
    let failed = failed("listing a directory");
    let mut first = BinaryHeap::with_capacity(most.saturating_add(1));
    let mut more = false;
    for entry in dir.entries().map_err(failed)? {
        let Ok(name) = entry.map_err(failed)?.file_name().into_string() else { continue };
        if broken_file_name_rule(&name).is_some() || after.is_some_and(|after| name.as_str() <= after) {
            continue;
        }
        first.push(name);
        if first.len() > most {
            first.pop();
            more = true;
        }
    }
    Ok((first.into_sorted_vec(), more))
}
