//! `larder workspace`.

use std::collections::BTreeMap;

use larder::engine::{Error, Workspace, Workspaces};
use serde_json::json;

use crate::{
    args::{OneWorkspace, WorkspaceCommand},
    confirm::confirm,
    exit::Exit,
    failure::{Failure, Result},
    output::{Lines, Output},
    place::Place,
    sql, text,
};

pub(super) fn run(place: &Place, command: &WorkspaceCommand, output: &Output) -> Result<Exit> {
    match command {
        WorkspaceCommand::List { scope } => {
            let (_larder, store) = place.store(scope)?;
            list(&store.workspaces(), output)
        }
        WorkspaceCommand::Query { one, statement, values } => {
            let (_larder, store) = place.store(&one.scope)?;
            let values: Vec<_> = values.iter().map(|typed| sql::value(typed)).collect();
            let answer = recovered(&store.workspaces(), one)?.query(statement, &values)?;
            sql::print(&answer, output)?;
            Ok(Exit::Ok)
        }
        WorkspaceCommand::Commit { one } => {
            let (_larder, store) = place.store(&one.scope)?;
            let workspace = recovered(&store.workspaces(), one)?;
            let committed = workspace.commit()?;
            tell(workspace.name(), Ended::Committed(committed), output)
        }
        WorkspaceCommand::Discard { one, yes } => {
            let (_larder, store) = place.store(&one.scope)?;
            let workspace = recovered(&store.workspaces(), one)?;
            let holds = workspace.aggregate()?;
            let name = text::preview(workspace.name().as_bytes());
            let question =
                format!("Discard workspace \"{name}\" ({}) of tenant {}?", summary(&holds), one.scope.tenant);
            confirmed(&question, *yes)?;
            workspace.discard()?;
            tell(workspace.name(), Ended::Discarded(holds), output)
        }
        WorkspaceCommand::Recover { scope, end, yes } => {
            let (_larder, store) = place.store(scope)?;
            let workspaces = store.workspaces();
            let names = workspaces.orphans()?;
            if end.discard && !names.is_empty() {
                let what = text::count(names.len() as u64, "workspace", "workspaces");
                confirmed(&format!("Discard {what} of tenant {}?", scope.tenant), *yes)?;
            }
            recover(&workspaces, &names, end.commit, output)
        }
    }
}

/// How a workspace ended, with what it held.
enum Ended {
    Committed(BTreeMap<String, u64>),
    Discarded(BTreeMap<String, u64>),
}

fn list(workspaces: &Workspaces, output: &Output) -> Result<Exit> {
    let mut lines = output.lines();
    for name in workspaces.orphans()? {
        let holds = workspaces.recover(&name)?.aggregate()?;
        match output.is_json() {
            true => lines.value(&json!({ "workspace": name, "kinds": holds }))?,
            false => lines.text(&format!("{}\t{}", text::shown(&name), summary(&holds)))?,
        }
    }
    lines.finish()?;
    Ok(Exit::Ok)
}

/// End each by itself: one that cannot be ended stays, and the others are ended all the same.
fn recover(workspaces: &Workspaces, names: &[String], commit: bool, output: &Output) -> Result<Exit> {
    let mut exit = Exit::Ok;
    let mut lines = output.lines();
    for name in names {
        match end(workspaces, name, commit) {
            Ok(ended) => print(name, ended, output, &mut lines)?,
            Err(error) => {
                let failure = Failure::from(error);
                if exit == Exit::Ok {
                    exit = failure.exit;
                }
                match output.is_json() {
                    true => lines.value(&json!({ "workspace": name, "error": failure }))?,
                    false => lines.text(&format!("{}\tleft as it is: {}", text::shown(name), failure.message))?,
                }
            }
        }
    }
    lines.finish()?;
    Ok(exit)
}

fn end(workspaces: &Workspaces, name: &str, commit: bool) -> Result<Ended, Error> {
    let workspace = workspaces.recover(name)?;
    if commit {
        return workspace.commit().map(Ended::Committed);
    }
    let holds = workspace.aggregate()?;
    workspace.discard()?;
    Ok(Ended::Discarded(holds))
}

fn tell(name: &str, ended: Ended, output: &Output) -> Result<Exit> {
    let mut lines = output.lines();
    print(name, ended, output, &mut lines)?;
    lines.finish()?;
    Ok(Exit::Ok)
}

fn print(name: &str, ended: Ended, output: &Output, lines: &mut Lines) -> Result<()> {
    let (how, held) = match ended {
        Ended::Committed(held) => ("committed", held),
        Ended::Discarded(held) => ("discarded", held),
    };
    match output.is_json() {
        true => lines.value(&json!({ "workspace": name, "ended": how, "kinds": held })),
        false => lines.text(&format!("{}\t{how}: {}", text::shown(name), summary(&held))),
    }
}

fn confirmed(question: &str, yes: bool) -> Result<()> {
    if confirm(question, yes)? {
        return Ok(());
    }
    Err(Failure::new(Exit::Negative, "not-confirmed", "nothing was discarded"))
}

fn recovered(workspaces: &Workspaces, one: &OneWorkspace) -> Result<Workspace> {
    workspaces.recover(&one.name).map_err(|error| {
        let missing = matches!(error, Error::WorkspaceNotFound { .. });
        let failure = Failure::from(error);
        if !missing {
            return failure;
        }
        let known = workspaces.orphans().unwrap_or_default();
        match text::near(&one.name, known.iter().map(String::as_str)).as_slice() {
            [] => failure.hint("`larder workspace list` lists those that are left over"),
            near => failure.hint(format!("did you mean {}?", text::shown(&near.join(" or ")))),
        }
    })
}

fn summary(kinds: &BTreeMap<String, u64>) -> String {
    let all = text::count(kinds.values().sum(), "entry", "entries");
    if kinds.is_empty() {
        return all;
    }
    let each: Vec<String> = kinds.iter().map(|(kind, count)| format!("{} {count}", text::shown(kind))).collect();
    format!("{all}: {}", each.join(", "))
}
