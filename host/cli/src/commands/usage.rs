//! `larder usage`.

use larder::engine::{FileUsage, Usage};
use serde_json::json;

use crate::{
    args::UsageArgs,
    exit::Exit,
    failure::Result,
    json,
    output::{Look, Output},
    place::{self, Place},
    text,
};

/// Show what a tenant or a scope stores.
pub(super) fn run(place: &Place, args: &UsageArgs, output: &Output) -> Result<Exit> {
    let scope = place::scope(&args.scope)?;
    let (_larder, tenant) = place.tenant(&args.scope.tenant)?;
    let usage = place::store(&tenant, scope.clone()).usage()?;
    let files = tenant.files()?.usage()?;
    if output.is_json() {
        let mut value = json::usage(&usage);
        value["tenant"] = json!(tenant.id().as_str());
        value["scope"] = json!(scope.as_ref().map(larder::ScopeName::as_str));
        value["files"] = json::file_usage(&files);
        output.value(&value)?;
        return Ok(Exit::Ok);
    }
    let name = match scope {
        Some(scope) => format!("tenant {}, scope {scope}", tenant.id()),
        None => format!("tenant {}", tenant.id()),
    };
    let mut lines = output.lines();
    lines.text(&output.styled(Look::Heading, &name))?;
    for line in store_lines(&usage).iter().chain(&file_lines(&files)) {
        lines.text(line)?;
    }
    lines.finish()?;
    Ok(Exit::Ok)
}

fn store_lines(usage: &Usage) -> [String; 3] {
    let bytes = usage.bytes;
    [
        line("keys", text::grouped(usage.keys.used), usage.keys.limit.map(text::grouped)),
        line("groups", text::grouped(usage.groups.used), usage.groups.limit.map(text::grouped)),
        line("bytes", text::size(bytes.used), bytes.limit.map(text::size)),
    ]
}

fn file_lines(usage: &FileUsage) -> [String; 2] {
    [
        line("files", text::grouped(usage.files), usage.max_files.map(text::grouped)),
        line("file bytes", text::size(usage.bytes), usage.max_bytes.map(text::size)),
    ]
}

fn line(what: &str, used: String, limit: Option<String>) -> String {
    let limit = limit.map(|limit| format!(" of {limit}")).unwrap_or_default();
    format!("  {what:10}  {used}{limit}")
}
