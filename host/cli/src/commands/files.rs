//! `larder files`.

use std::{
    fs,
    io::{self, Read, Write},
    path::Path,
};

use larder::{
    Files,
    engine::{FileItem, FileKind, FileReader},
};
use serde_json::json;

use crate::{
    args::FilesCommand,
    exit::Exit,
    failure::{Failure, Result},
    json,
    output::{Look, Output},
    place::Place,
    text,
};

/// Bytes that are copied at a time.
const PIECE: u32 = 1 << 20;

/// Look into the files of a tenant, or change them.
pub(super) fn run(place: &Place, command: &FilesCommand, output: &Output) -> Result<Exit> {
    match command {
        FilesCommand::List { tenant, path } => {
            let (_larder, tenant) = place.tenant(&tenant.tenant)?;
            list(&tenant.files()?, path, output)?;
        }
        FilesCommand::Get { tenant, path, output: to } => {
            let (_larder, tenant) = place.tenant(&tenant.tenant)?;
            let reader = tenant.files()?.open_read(path, 0).map_err(|error| about(path, error))?;
            get(reader, path, to.as_deref())?;
        }
        FilesCommand::Put { tenant, path, file, create } => {
            let path = match path {
                Some(path) => path,
                None => own_name(file)?,
            };
            let mut source = open(file)?;
            let (_larder, tenant) = place.tenant_or_create(&tenant.tenant, *create)?;
            let written = put(&tenant.files()?, path, &mut source, file)?;
            match output.is_json() {
                true => output.value(&json!({ "bytes": written }))?,
                false => output.line(&text::size(written))?,
            }
        }
        FilesCommand::Remove { tenant, path } => {
            let (_larder, tenant) = place.tenant(&tenant.tenant)?;
            tenant.files()?.remove(path).map_err(|error| about(path, error))?;
            if output.is_json() {
                output.value(&json!({ "removed": path }))?;
            }
        }
    }
    Ok(Exit::Ok)
}

/// The name of a file of this machine, for where it goes.
fn own_name(file: &Path) -> Result<&str> {
    file.file_name().and_then(|name| name.to_str()).ok_or_else(|| {
        Failure::new(Exit::Usage, "usage", format!("{} has no name to go under: add a path", file.display()))
    })
}

fn about(path: &str, error: larder::engine::FileError) -> Failure {
    match Failure::from(error) {
        // Its message has the path.
        failure if failure.kind == "invalid-path" => failure,
        failure => failure.about(text::preview(path.as_bytes())),
    }
}

fn list(files: &Files, path: &str, output: &Output) -> Result<()> {
    let mut lines = output.lines();
    let mut cursor: Option<String> = None;
    loop {
        let page = files.list(path, cursor.as_deref(), 0).map_err(|error| about(path, error))?;
        for item in &page.items {
            match output.is_json() {
                true => lines.value(&json::file(item))?,
                false => lines.text(&shown(item, output))?,
            }
        }
        cursor = page.next;
        if cursor.is_none() {
            return lines.finish();
        }
    }
}

fn shown(item: &FileItem, output: &Output) -> String {
    let name = text::shown(&item.name);
    match item.info.kind {
        FileKind::File => format!("{:>12}  {name}", text::size(item.info.size)),
        FileKind::Directory => format!("{:>12}  {}", "", output.styled(Look::Heading, &format!("{name}/"))),
        FileKind::Other => format!("{:>12}  {name}", "no file"),
    }
}

fn get(mut reader: FileReader, path: &str, to: Option<&Path>) -> Result<()> {
    let mut target: Box<dyn Write> = match to {
        Some(to) => Box::new(fs::File::create(to).map_err(|error| Failure::io("write", to, &error))?),
        None => Box::new(io::stdout().lock()),
    };
    let failed = |error: io::Error| match to {
        Some(to) => Failure::io("write", to, &error),
        None => Failure::output(&error),
    };
    loop {
        let piece = reader.read(PIECE).map_err(|error| about(path, error))?;
        if piece.is_empty() {
            return target.flush().map_err(failed);
        }
        target.write_all(&piece).map_err(failed)?;
    }
}

fn open(file: &Path) -> Result<Box<dyn Read>> {
    if file == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    let opened = fs::File::open(file).and_then(|opened| match opened.metadata()?.is_dir() {
        true => Err(io::ErrorKind::IsADirectory.into()),
        false => Ok(opened),
    });
    Ok(Box::new(opened.map_err(|error| Failure::io("read", file, &error))?))
}

fn put(files: &Files, path: &str, source: &mut dyn Read, name: &Path) -> Result<u64> {
    let mut writer = files.create(path).map_err(|error| about(path, error))?;
    let mut piece = vec![0; PIECE as usize];
    loop {
        let read = match source.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Failure::io("read", name, &error)),
        };
        writer.write(piece.get(..read).unwrap_or_default()).map_err(|error| about(path, error))?;
    }
    let written = writer.written();
    writer.finish().map_err(|error| about(path, error))?;
    Ok(written)
}
