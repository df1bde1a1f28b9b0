//! What is done to files for a container and its objects. All of it can block.

use std::collections::VecDeque;

use larder_engine::{FileError, FileInfo, FileKind, FileResult, Files};

use crate::limits::FILE_PIECE;

/// Most names that one call answers.
const NAMES: u64 = 1_000;

/// The path of a container: one name, so that it is at the top.
pub(super) fn container(name: &str) -> FileResult<&str> {
    if name.is_empty() || name.contains('/') {
        let path = name.chars().take(64).collect();
        return Err(FileError::InvalidPath { path, rule: "the name of a container is not empty and has no `/`" });
    }
    Ok(name)
}

/// The path of an object.
pub(super) fn object(container: &str, name: &str) -> String {
    format!("{container}/{name}")
}

pub(super) fn container_exists(files: &Files, name: &str) -> FileResult<bool> {
    Ok(container_info(files, name)?.is_some())
}

/// Facts of a container; `None` if there is none.
pub(super) fn container_info(files: &Files, name: &str) -> FileResult<Option<FileInfo>> {
    Ok(files.stat(container(name)?)?.filter(|info| info.kind == FileKind::Directory))
}

pub(super) fn create_container(files: &Files, name: &str) -> FileResult<()> {
    match files.stat(container(name)?)? {
        Some(_) => Err(FileError::AlreadyExists),
        None => files.create_directory(name),
    }
}

/// The container, or that there is none.
pub(super) fn must_exist(files: &Files, name: &str) -> FileResult<FileInfo> {
    container_info(files, name)?.ok_or(FileError::NotFound)
}

pub(super) fn delete_container(files: &Files, name: &str) -> FileResult<()> {
    must_exist(files, name)?;
    clear(files, name)?;
    files.remove(name)
}

/// Remove all that is in a directory.
pub(super) fn clear(files: &Files, directory: &str) -> FileResult<()> {
    loop {
        let page = files.list(directory, None, 0)?;
        if page.items.is_empty() {
            return Ok(());
        }
        for item in page.items {
            let path = object(directory, &item.name);
            if item.info.kind == FileKind::Directory {
                clear(files, &path)?;
            }
            files.remove(&path)?;
        }
    }
}

/// Facts of an object; `None` if there is none.
pub(super) fn object_info(files: &Files, container: &str, name: &str) -> FileResult<Option<FileInfo>> {
    Ok(files.stat(&object(container, name))?.filter(|info| info.kind == FileKind::File))
}

/// Delete an object, and the directories of its name that are empty then.
pub(super) fn delete_object(files: &Files, container: &str, name: &str) -> FileResult<()> {
    if object_info(files, container, name)?.is_none() {
        return if files.is_read_only() { Err(FileError::AccessDenied) } else { Ok(()) };
    }
    files.remove(&object(container, name))?;
    let mut rest = name;
    while let Some((directory, _)) = rest.rsplit_once('/') {
        if files.remove(&object(container, directory)).is_err() {
            break;
        }
        rest = directory;
    }
    Ok(())
}

pub(super) fn copy(files: &Files, from: (&str, &str), to: (&str, &str)) -> FileResult<()> {
    must_exist(files, from.0)?;
    must_exist(files, to.0)?;
    let mut reader = files.open_read(&object(from.0, from.1), 0)?;
    let mut writer = files.create(&object(to.0, to.1))?;
    loop {
        let piece = reader.read(FILE_PIECE)?;
        if piece.is_empty() {
            return writer.finish();
        }
        writer.write(&piece)?;
    }
}

pub(super) fn rename(files: &Files, from: (&str, &str), to: (&str, &str)) -> FileResult<()> {
    must_exist(files, to.0)?;
    object_info(files, from.0, from.1)?.ok_or(FileError::NotFound)?;
    if let Some((directory, _)) = to.1.rsplit_once('/') {
        files.create_directory(&object(to.0, directory))?;
    }
    files.rename(&object(from.0, from.1), &object(to.0, to.1))
}

/// A walk through the files below a directory, which holds a page of names for each level.
pub(super) struct Walk {
    container: String,
    /// Directories still to be looked at, relative to the container, and where to go on in each.
    directories: Vec<(String, Option<String>)>,
    found: VecDeque<String>,
}

impl Walk {
    pub(super) fn new(container: &str) -> Walk {
        let directories = vec![(String::new(), None)];
        Walk { container: container.to_owned(), directories, found: VecDeque::new() }
    }

    /// The next names, at most so many, and whether that was all.
    pub(super) fn next(&mut self, files: &Files, most: u64) -> FileResult<(Vec<String>, bool)> {
        let most = usize::try_from(most.min(NAMES)).unwrap_or(usize::MAX);
        let mut names = Vec::new();
        loop {
            while names.len() < most
                && let Some(name) = self.found.pop_front()
            {
                names.push(name);
            }
            if !self.found.is_empty() {
                return Ok((names, false));
            }
            let Some((directory, cursor)) = self.directories.pop() else { return Ok((names, true)) };
            self.look(files, directory, cursor)?;
        }
    }

    fn look(&mut self, files: &Files, directory: String, cursor: Option<String>) -> FileResult<()> {
        let path = if directory.is_empty() { self.container.clone() } else { object(&self.container, &directory) };
        let page = match files.list(&path, cursor.as_deref(), 0) {
            // It went meanwhile.
            Err(FileError::NotFound) if !directory.is_empty() => return Ok(()),
            page => page?,
        };
        if page.next.is_some() {
            self.directories.push((directory.clone(), page.next));
        }
        for item in page.items {
            let name = if directory.is_empty() { item.name } else { object(&directory, &item.name) };
            match item.info.kind {
                FileKind::File => self.found.push_back(name),
                FileKind::Directory => self.directories.push((name, None)),
                FileKind::Other => {}
            }
        }
        Ok(())
    }

    /// Pass over names. Answers how many, and whether that was all.
    pub(super) fn skip(&mut self, files: &Files, number: u64) -> FileResult<(u64, bool)> {
        let mut skipped = 0;
        loop {
            let (names, is_all) = self.next(files, number - skipped)?;
            skipped += names.len() as u64;
            if is_all || skipped >= number {
                return Ok((skipped, is_all));
            }
        }
    }
}
