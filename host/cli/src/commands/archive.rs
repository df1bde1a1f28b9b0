//! `larder archive`.

use larder::{
    Clock as _, SystemClock,
    engine::{ArchiveFormat, ArchiveInfo, Archives, moment},
};
use serde_json::json;

use crate::{
    args::{ArchiveCommand, ArchiveFormatFlag},
    exit::Exit,
    failure::Result,
    json,
    output::{Look, Output},
    place::Place,
    progress::Progress,
    text,
};

pub(super) fn run(place: &Place, command: &ArchiveCommand, output: &Output) -> Result<Exit> {
    match command {
        ArchiveCommand::Write { scope, before, format } => {
            let before = moment(before, SystemClock::default().now_ms())?;
            let (_larder, store) = place.store(scope)?;
            write(&store.archives(), before, *format, output)
        }
        ArchiveCommand::List(scope) => {
            let (_larder, store) = place.store(scope)?;
            list(&store.archives(), output)
        }
        ArchiveCommand::Verify { scope, names } => {
            let (_larder, store) = place.store(scope)?;
            verify(&store.archives(), names, output)
        }
        ArchiveCommand::Read { scope, name } => {
            let (_larder, store) = place.store(scope)?;
            let mut lines = output.lines();
            for row in store.archives().read(name)? {
                lines.value(&json::archived_row(&row?))?;
            }
            lines.finish()?;
            Ok(Exit::Ok)
        }
        ArchiveCommand::Restore { scope, name } => {
            let (_larder, store) = place.store(scope)?;
            let progress = Progress::new(output);
            let rows = store.archives().restore(name)?;
            drop(progress);
            match output.is_json() {
                true => output.value(&json!({ "restored": rows }))?,
                false => output.line(&format!("{} live again", text::count(rows, "row is", "rows are")))?,
            }
            Ok(Exit::Ok)
        }
    }
}

fn write(archives: &Archives, before: i64, format: ArchiveFormatFlag, output: &Output) -> Result<Exit> {
    let format = match format {
        ArchiveFormatFlag::Gzip => ArchiveFormat::Gzip,
        ArchiveFormatFlag::Zstd => ArchiveFormat::Zstd,
    };
    let progress = Progress::new(output);
    let mut written = Vec::new();
    let mut rows = 0;
    while let Some(done) = archives.compact(before, format)? {
        rows += done.rows;
        progress.at(rows);
        let more = done.more;
        written.push(done);
        if !more {
            break;
        }
    }
    drop(progress);
    let mut lines = output.lines();
    for done in &written {
        if output.is_json() {
            lines.value(&json!({
                "name": done.name, "rows": done.rows, "bytes": done.bytes, "skipped": done.skipped,
                "skipped_ids": done.skipped_ids,
            }))?;
            continue;
        }
        lines.text(&format!("{}\t{}\t{}", done.name, text::count(done.rows, "row", "rows"), text::size(done.bytes)))?;
    }
    if let (Some(last), false) = (written.last(), output.is_json())
        && last.skipped > 0
    {
        let rows = text::count(last.skipped, "row stays", "rows stay");
        lines.text(&format!("{rows} in the journal, with JSON that cannot be read: {:?}", last.skipped_ids))?;
    }
    if written.is_empty() && !output.is_json() {
        lines.text("nothing to move")?;
    }
    lines.finish()?;
    Ok(Exit::Ok)
}

/// All archives, a page at a time.
fn each(archives: &Archives, mut visit: impl FnMut(ArchiveInfo) -> Result<()>) -> Result<()> {
    let mut after = String::new();
    loop {
        let page = archives.list(&after)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.name.clone();
        page.into_iter().try_for_each(&mut visit)?;
    }
}

fn list(archives: &Archives, output: &Output) -> Result<Exit> {
    let mut lines = output.lines();
    each(archives, |archive| {
        if output.is_json() {
            return lines.value(&json::archive(&archive));
        }
        let scope = archive.scope.map(|scope| format!("\tscope {scope}")).unwrap_or_default();
        let rows = text::count(archive.rows, "row", "rows");
        lines.text(&format!("{}\t{rows}\t{}{scope}", archive.name, text::size(archive.bytes)))
    })?;
    lines.finish()?;
    Ok(Exit::Ok)
}

fn verify(archives: &Archives, names: &[String], output: &Output) -> Result<Exit> {
    let mut names = names.to_vec();
    if names.is_empty() {
        each(archives, |archive| {
            names.push(archive.name);
            Ok(())
        })?;
    }
    let progress = Progress::new(output);
    let mut found = Vec::new();
    let mut rows = 0;
    for name in names {
        let verified = archives.verify(&name)?;
        rows += verified.rows;
        progress.at(rows);
        found.push((name, verified));
    }
    drop(progress);
    let mut exit = Exit::Ok;
    let mut lines = output.lines();
    for (name, verified) in found {
        if !verified.problems.is_empty() {
            exit = Exit::Damaged;
        }
        if output.is_json() {
            lines.value(&json!({ "name": name, "rows": verified.rows, "problems": verified.problems }))?;
            continue;
        }
        let name = text::shown(&name);
        match verified.problems.is_empty() {
            true => {
                let rows = text::count(verified.rows, "row", "rows");
                lines.text(&format!("{name}\t{}\t{rows}", output.styled(Look::Good, "whole")))?;
            }
            false => {
                let problems = text::shown(&verified.problems.join("; "));
                lines.text(&format!("{name}\t{}\t{problems}", output.styled(Look::Bad, "damaged")))?;
            }
        }
    }
    lines.finish()?;
    Ok(exit)
}
