//! `larder new`.

use serde_json::json;

use crate::{
    args::NewArgs,
    exit::Exit,
    failure::{Failure, Result},
    output::{Look, Output},
    project::{self, Name},
    text,
};

/// Make a plugin's project.
pub(super) fn run(args: &NewArgs, output: &Output) -> Result<Exit> {
    let name = match &args.name {
        Some(name) => name.clone(),
        None => project::name_of(&args.directory).ok_or_else(|| {
            Failure::usage(format!("{} has no name that a project can have", args.directory.display()))
                .hint("give it one with `--name NAME`")
        })?,
    };
    let name: Name = name.parse().map_err(|reason| {
        let failure = Failure::usage(format!("{}: {reason}", text::shown(&name)));
        if args.name.is_none() {
            failure.hint("`--name NAME` gives the project another name than its directory")
        } else {
            failure
        }
    })?;
    let files = project::files(args.lang, &name);
    project::make(&args.directory, &files)?;
    let here = args.directory.as_os_str() == ".";
    let enter = (!here).then(|| format!("cd {}", text::quoted(&args.directory.to_string_lossy())));
    let next: Vec<String> = enter.into_iter().chain(args.lang.next(&name)).collect();
    if output.is_json() {
        output.value(&json!({
            "directory": args.directory,
            "name": name.as_str(),
            "files": files.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(),
            "next": next,
        }))?;
        return Ok(Exit::Ok);
    }
    let mut lines = output.lines();
    lines.text(&format!("made {}: a plugin in {}", text::shown(name.as_str()), args.lang.title()))?;
    lines.text(&output.styled(Look::Heading, "next:"))?;
    for command in &next {
        lines.text(&format!("  {command}"))?;
    }
    lines.finish()?;
    Ok(Exit::Ok)
}
