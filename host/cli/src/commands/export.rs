//! `larder export`.

use std::{
    io::{self, BufWriter},
    path::Path,
};

use larder::engine::{Error, ExportReport, ExportTarget};
use serde_json::json;

use crate::{
    args::{ExportArgs, FormatFlag},
    exit::Exit,
    failure::{Failure, Result},
    output::Output,
    place::Place,
    progress::Progress,
    text,
};

/// Give a tenant or a scope out.
pub(super) fn run(place: &Place, args: &ExportArgs, output: &Output) -> Result<Exit> {
    let to_stdout = args.path == Path::new("-");
    let by_name = match to_stdout || args.path.extension().is_some_and(|ending| ending == "jsonl") {
        true => FormatFlag::Jsonl,
        false => FormatFlag::Sqlite,
    };
    let format = args.format.unwrap_or(by_name);
    if to_stdout && format == FormatFlag::Sqlite {
        return Err(Failure::usage("a SQLite file cannot be written to standard output"));
    }
    let (_larder, store) = place.store(&args.scope)?;
    let progress = Progress::new(output);
    let mut told = |at| progress.told(at);
    if to_stdout {
        let mut lines = BufWriter::new(io::stdout().lock());
        store.export(ExportTarget::JsonLines(&mut lines), &mut told).map_err(|error| match error {
            Error::Io { source, .. } => Failure::output(&source),
            other => other.into(),
        })?;
        return Ok(Exit::Ok);
    }
    let target = match format {
        FormatFlag::Sqlite => ExportTarget::SqliteFile(&args.path),
        FormatFlag::Jsonl => ExportTarget::JsonLinesFile(&args.path),
    };
    let report = store.export(target, &mut told)?;
    drop(progress);
    tell(args, report, output)?;
    Ok(Exit::Ok)
}

fn tell(args: &ExportArgs, report: ExportReport, output: &Output) -> Result<()> {
    let ExportReport { entries, journal_rows, kept_aside } = report;
    if output.is_json() {
        return output.value(&json!({ "entries": entries, "journal_rows": journal_rows, "kept_aside": kept_aside }));
    }
    let mut line = format!(
        "{}: {}, {}",
        args.path.display(),
        text::count(entries, "entry", "entries"),
        text::count(journal_rows, "journal row", "journal rows")
    );
    if kept_aside > 0 {
        let rows = text::count(kept_aside, "row", "rows");
        line = format!("{line}; not among them: {rows} kept aside (`larder unmigrated` lists them)");
    }
    output.line(&line)
}
