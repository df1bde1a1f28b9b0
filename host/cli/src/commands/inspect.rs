//! `larder inspect`.

mod home;

use larder::{Access, GrantManifest, Home, Import, ImportKind, Program, Role};
use serde_json::{Value, json};

use super::call::described;
use crate::{
    args::InspectArgs,
    compile,
    exit::Exit,
    failure::{Failure, Result},
    grants::Wanted,
    needs::{self, Need},
    output::{Lines, Look, Output},
    place::Place,
    role, text, wave,
};

/// Show a component without running it.
pub(super) fn run(place: &mut Place, args: &InspectArgs, output: &Output) -> Result<Exit> {
    let wanted = Wanted::new(place, &args.plugin)?;
    let program = compile::block_on(async {
        let runtime = place.runtime(false)?;
        compile::program(&runtime, &wanted.plugin.component, output).await
    });
    let program = match program {
        Ok(program) => program,
        Err(failure) => return not_compiled(&wanted, failure, output),
    };
    let mut needs = match program.is_http_handler() {
        true => needs::of_handler(&program, &wanted),
        false => needs::needs(&program, &wanted),
    };
    if program.home().role == Role::Tests {
        // That is what `larder test` gives.
        needs.retain(|need| !need.import.starts_with("larder:test/"));
    }
    if output.is_json() {
        output.value(&json(&program, &wanted, &needs)?)?;
    } else {
        people(&program, &wanted, &needs, output)?;
    }
    Ok(Exit::Ok)
}

/// Tell what can be told of a component that does not run on this host, and then why not.
fn not_compiled(wanted: &Wanted, failure: Failure, output: &Output) -> Result<Exit> {
    let component = &wanted.plugin.component;
    let Ok(home) = Home::from_file(component) else { return Err(failure) };
    if output.is_json() {
        output.value(&json!({
            "component": component,
            "home": home::json(&home),
            "imports": home.imports.iter().map(|import| import_json(&home, import, None)).collect::<Vec<_>>(),
        }))?;
    } else {
        let mut lines = output.lines();
        home::people(&mut lines, &home, &component.display().to_string(), output)?;
        imports(&mut lines, &home.imports, &[], output)?;
        home::differences(&mut lines, &home, output)?;
        lines.finish()?;
    }
    Err(failure)
}

fn people(program: &Program, wanted: &Wanted, needs: &[Need], output: &Output) -> Result<()> {
    let home = program.home();
    let mut lines = output.lines();
    home::people(&mut lines, &home, &wanted.plugin.component.display().to_string(), output)?;
    imports(&mut lines, &home.imports, needs, output)?;
    exports(&mut lines, program, output)?;
    home::unserved(&mut lines, &home, output)?;
    home::differences(&mut lines, &home, output)?;
    grants(&mut lines, wanted, output)?;
    lines.text("")?;
    match needs::suggestion(needs, Some(role::verb(home.role))) {
        Some(line) => lines.text(&format!("{} {line}", output.styled(Look::Heading, "to grant all of it:")))?,
        None if needs.is_empty() => lines.text("nothing is missing")?,
        None => lines.text("what is missing cannot be granted by flags alone")?,
    }
    lines.finish()
}

fn imports(lines: &mut Lines, imports: &[Import], needs: &[Need], output: &Output) -> Result<()> {
    lines.text(&format!("\n{}", output.styled(Look::Heading, "imports")))?;
    let shown = |import: &Import| match &import.implements {
        Some(interface) => text::shown(&format!("{}: {interface}", import.name)),
        None => text::shown(&import.name),
    };
    let width = imports.iter().map(|import| shown(import).len()).max().unwrap_or(0);
    for import in imports {
        let state = match needs.iter().find(|need| need.import == import.name) {
            Some(need) => output.styled(Look::Bad, &format!("missing: {}", need.cure)),
            // Only of one that cannot run here, nobody asked what was granted.
            None if !import.is_served() => output.styled(Look::Bad, import.instead().unwrap_or_default()),
            None => output.styled(Look::Good, granted_as(import)),
        };
        lines.text(&format!("  {:width$}  {state}", shown(import)))?;
    }
    if imports.is_empty() {
        lines.text(&output.styled(Look::Faint, "  none"))?;
    }
    Ok(())
}

fn granted_as(import: &Import) -> &'static str {
    match import.kind {
        ImportKind::Wasi | ImportKind::Handler | ImportKind::Standard(None) => "always there",
        _ => "granted",
    }
}

fn exports(lines: &mut Lines, program: &Program, output: &Output) -> Result<()> {
    lines.text(&format!("\n{}", output.styled(Look::Heading, "exports")))?;
    for export in program.exports() {
        lines.text(&format!("  {}: {}", text::shown(&export.path()), text::shown(&wave::signature(&export.ty))))?;
    }
    if program.exports().is_empty() {
        lines.text(&output.styled(Look::Faint, "  none"))?;
    }
    Ok(())
}

fn grants(lines: &mut Lines, wanted: &Wanted, output: &Output) -> Result<()> {
    lines.text(&format!("\n{}", output.styled(Look::Heading, &format!("grants for tenant {}", wanted.tenant))))?;
    for (label, grant) in &wanted.plugin.grants {
        lines.text(&format!("  {label}: {}", grant_text(wanted, grant)?))?;
    }
    if wanted.plugin.grants.is_empty() {
        lines.text(&output.styled(Look::Faint, "  none"))?;
    }
    let limits = &wanted.limits;
    let time = limits.time;
    lines.text(&format!("\n{}", output.styled(Look::Heading, "limits")))?;
    lines.text(&format!("  memory {}, time {time:?}, {} handles", text::size(limits.memory), limits.resources))
}

fn grant_text(wanted: &Wanted, grant: &GrantManifest) -> Result<String> {
    let store = match &grant.scope {
        Some(scope) => format!("scope {scope} of tenant {}", wanted.tenant_of(grant)?),
        None => format!("all of tenant {}", wanted.tenant_of(grant)?),
    };
    let mut parts = vec![store];
    parts.push(if grant.access == Access::ReadOnly { "reading only".into() } else { "reading and writing".into() });
    let quota = grant.quota;
    parts.extend(quota.keys.map(|keys| format!("at most {}", text::count(keys, "entry", "entries"))));
    parts.extend(quota.groups.map(|groups| format!("at most {}", text::count(groups, "group", "groups"))));
    parts.extend(quota.bytes.map(|bytes| format!("at most {}", text::size(bytes.0))));
    parts.extend(grant.bucket_group.as_ref().map(|group| format!("group {} as its bucket", text::shown(group))));
    parts.extend(grant.files.then(|| "files".to_owned()));
    parts.extend(grant.preopen.as_ref().map(|path| format!("files shown at {}", text::shown(path))));
    Ok(parts.join(", "))
}

fn json(program: &Program, wanted: &Wanted, needs: &[Need]) -> Result<Value> {
    let home = program.home();
    let mut grants = serde_json::Map::new();
    for (label, grant) in &wanted.plugin.grants {
        grants.insert(label.clone(), grant_json(wanted, grant)?);
    }
    Ok(json!({
        "component": wanted.plugin.component,
        "plugin": wanted.name,
        "command": program.is_command(),
        "home": home::json(&home),
        "handler": program.is_http_handler(),
        "imports": home.imports.iter().map(|import| import_json(&home, import, Some(needs))).collect::<Vec<_>>(),
        "exports": program.exports().iter().map(described).collect::<Vec<_>>(),
        "tenant": wanted.tenant.as_str(),
        "grants": grants,
        "limits": { "memory": wanted.limits.memory, "time_ms": wanted.limits.time.as_millis() as u64 },
        "missing": needs,
        "suggestion": needs::suggestion(needs, Some(role::verb(home.role))),
    }))
}

/// `needs` is `None` where nobody asked what was granted.
fn import_json(home: &Home, import: &Import, needs: Option<&[Need]>) -> Value {
    let granted = needs.map(|needs| !needs.iter().any(|need| need.import == import.name));
    let mut shown = json!({ "name": import.name, "kind": kind(import), "granted": granted });
    if let Some(interface) = &import.implements {
        shown["implements"] = interface.as_str().into();
    }
    home::import(&mut shown, home, import);
    shown
}

fn kind(import: &Import) -> &'static str {
    match import.kind {
        ImportKind::Larder(_) | ImportKind::LarderTypes => "larder",
        ImportKind::Standard(_) => "standard",
        ImportKind::Wasi => "wasi",
        ImportKind::Handler => "handler",
        ImportKind::Unknown => "unknown",
    }
}

fn grant_json(wanted: &Wanted, grant: &GrantManifest) -> Result<Value> {
    Ok(json!({
        "tenant": wanted.tenant_of(grant)?.as_str(),
        "scope": grant.scope,
        "bucket_group": grant.bucket_group,
        "read_only": grant.access == Access::ReadOnly,
        "quota": { "keys": grant.quota.keys, "groups": grant.quota.groups, "bytes": grant.quota.bytes.map(|size| size.0) },
        "files": grant.files,
        "preopen": grant.preopen,
    }))
}
