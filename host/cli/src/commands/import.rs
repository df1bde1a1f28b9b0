//! `larder import`.

use std::{
    fs::File,
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
};

use larder::{
    Tenant,
    engine::{ImportOptions, ImportReport, ImportSource, ImportedWorkspace, OnConflict, WorkspaceImport},
};
use serde_json::{Value, json};

use crate::{
    args::{ConflictFlag, FormatFlag, ImportArgs},
    exit::Exit,
    failure::{Failure, Result},
    output::{Lines, Look, Output},
    place::{self, Place},
    progress::Progress,
    text,
};

/// What every SQLite database begins with.
const SQLITE: &[u8] = b"SQLite format 3\0";

/// Take a file in.
pub(super) fn run(place: &Place, args: &ImportArgs, output: &Output) -> Result<Exit> {
    let scope = place::scope(&args.scope)?;
    let input = Input::open(args)?;
    let (_larder, tenant) = place.tenant_or_create(&args.scope.tenant, args.create)?;
    let store = place::store(&tenant, scope);
    let options = ImportOptions {
        on_conflict: match args.on_conflict {
            ConflictFlag::Fail => OnConflict::Fail,
            ConflictFlag::Skip => OnConflict::Skip,
            ConflictFlag::Replace => OnConflict::Replace,
        },
        leave_out_refused: args.leave_out_refused,
        dry_run: args.dry_run,
    };
    let folder = input.workspaces(args);
    let progress = Progress::new(output);
    let mut told = |at| progress.told(at);
    let report = match input {
        Input::Sqlite => store.import(ImportSource::SqliteFile(&args.path), &options, &mut told),
        Input::Lines(mut lines) => store.import(ImportSource::JsonLines(lines.as_mut()), &options, &mut told),
    }
    .map_err(|error| Failure::from(error).about(args.path.display()))?;
    drop(progress);
    let workspaces = match &folder {
        Some(folder) if report.kept || args.dry_run => tenant.import_workspaces(folder, args.dry_run)?,
        _ => Vec::new(),
    };
    tell(&tenant, args, &report, &workspaces, output)?;
    let refused = |one: &ImportedWorkspace| matches!(one.outcome, WorkspaceImport::Refused(_));
    Ok(if report.refused > 0 || workspaces.iter().any(refused) { Exit::Negative } else { Exit::Ok })
}

enum Input {
    Sqlite,
    Lines(Box<dyn BufRead>),
}

impl Input {
    fn open(args: &ImportArgs) -> Result<Input> {
        if args.path == Path::new("-") {
            return match args.format {
                Some(FormatFlag::Sqlite) => Err(Failure::usage("a SQLite file cannot be read from standard input")),
                _ => Ok(Input::Lines(Box::new(io::stdin().lock()))),
            };
        }
        if args.format == Some(FormatFlag::Sqlite) {
            return Ok(Input::Sqlite);
        }
        let failed = |error: io::Error| Failure::io("read", &args.path, &error);
        let mut lines = BufReader::new(File::open(&args.path).map_err(failed)?);
        let is_sqlite = lines.fill_buf().map_err(failed)?.starts_with(SQLITE);
        Ok(if is_sqlite && args.format.is_none() { Input::Sqlite } else { Input::Lines(Box::new(lines)) })
    }

    fn workspaces(&self, args: &ImportArgs) -> Option<PathBuf> {
        if args.state.is_some() {
            return args.state.clone();
        }
        let beside = args.path.parent()?.join("state");
        (matches!(self, Input::Sqlite) && args.scope.scope.is_none() && beside.is_dir()).then_some(beside)
    }
}

fn tell(
    tenant: &Tenant,
    args: &ImportArgs,
    report: &ImportReport,
    workspaces: &[ImportedWorkspace],
    output: &Output,
) -> Result<()> {
    let mut lines = output.lines();
    if output.is_json() {
        lines.value(&as_json(args, report, workspaces))?;
        return lines.finish();
    }
    for refused in &report.refusals {
        let what = format!("{}: {}", refused.what, refused.reason);
        lines.text(&format!("{} {}", output.styled(Look::Bad, "refused:"), text::shown(&what)))?;
    }
    let more = report.refused.saturating_sub(report.refusals.len() as u64);
    if more > 0 {
        lines.text(&format!("and {} refused", text::count(more, "more", "more")))?;
    }
    for workspace in workspaces {
        shown(workspace, output, &mut lines)?;
    }
    let state = match (report.kept, args.dry_run) {
        (true, _) => output.styled(Look::Good, "taken in"),
        (false, true) => output.styled(Look::Heading, "dry run"),
        (false, false) => output.styled(Look::Bad, "nothing kept"),
    };
    lines.text(&format!("tenant {}: {state}: {}", tenant.id(), summary(report)))?;
    lines.finish()
}

fn shown(workspace: &ImportedWorkspace, output: &Output, lines: &mut Lines) -> Result<()> {
    let name = text::shown(&workspace.name);
    match &workspace.outcome {
        WorkspaceImport::Copied(bytes) => lines.text(&format!("workspace {name}: {}", text::size(*bytes))),
        WorkspaceImport::Refused(why) => {
            lines.text(&format!("{} workspace {name}: {why}", output.styled(Look::Bad, "refused:")))
        }
    }
}

/// What there was, without what there was none of.
fn summary(report: &ImportReport) -> String {
    let parts = [
        (report.added, "entry added", "entries added"),
        (report.replaced, "replaced", "replaced"),
        (report.unchanged, "there already", "there already"),
        (report.skipped, "skipped", "skipped"),
        (report.expired, "expired", "expired"),
        (report.journal_added, "journal row added", "journal rows added"),
        (report.journal_unchanged, "journal row there already", "journal rows there already"),
        (report.refused, "refused", "refused"),
    ];
    let told: Vec<String> =
        parts.iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| text::count(*n, one, many)).collect();
    if told.is_empty() { "nothing".into() } else { told.join(", ") }
}

fn as_json(args: &ImportArgs, report: &ImportReport, workspaces: &[ImportedWorkspace]) -> Value {
    let refusals: Vec<Value> =
        report.refusals.iter().map(|one| json!({ "what": one.what, "reason": one.reason })).collect();
    let workspaces: Vec<Value> = workspaces
        .iter()
        .map(|one| match &one.outcome {
            WorkspaceImport::Copied(bytes) => json!({ "workspace": one.name, "bytes": bytes }),
            WorkspaceImport::Refused(why) => json!({ "workspace": one.name, "refused": why }),
        })
        .collect();
    json!({
        "kept": report.kept,
        "dry_run": args.dry_run,
        "added": report.added,
        "replaced": report.replaced,
        "unchanged": report.unchanged,
        "skipped": report.skipped,
        "expired": report.expired,
        "journal_added": report.journal_added,
        "journal_unchanged": report.journal_unchanged,
        "refused": report.refused,
        "refusals": refusals,
        "workspaces": workspaces,
    })
}
