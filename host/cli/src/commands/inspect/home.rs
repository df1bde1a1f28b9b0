//! Where a component is at home, and what is different here.

use larder::{Home, HomeHost, Import, standard::Difference};
use serde_json::{Value, json};

use crate::{
    failure::Result,
    output::{Lines, Look, Output},
    role, text,
};

/// Reasons that a person reads; a program gets all.
const REASONS: usize = 3;

pub(super) fn people(lines: &mut Lines, home: &Home, component: &str, output: &Output) -> Result<()> {
    lines.text(&format!("{}: {}", text::shown(component), role::shown(home.role)))?;
    let hosts: Vec<String> = home.hosts.iter().map(HomeHost::to_string).collect();
    let mut because: Vec<String> = home.because.iter().take(REASONS).map(|reason| text::shown(reason)).collect();
    if home.because.len() > REASONS {
        because.push(format!("{} more", text::count((home.because.len() - REASONS) as u64, "reason", "reasons")));
    }
    let built = output.styled(Look::Heading, "built for");
    lines.text(&format!("{built} {}: {}", hosts.join(" or "), because.join(", ")))?;
    if !home.worlds.is_empty() {
        let worlds = text::shown(&home.worlds.join(", "));
        lines.text(&format!("{} {worlds}", output.styled(Look::Heading, "probably of the world")))?;
    }
    Ok(())
}

/// What behaves differently from home; nothing when nothing does.
pub(super) fn differences(lines: &mut Lines, home: &Home, output: &Output) -> Result<()> {
    let imports = home.imports.iter().map(|import| (import.interface(), home.import_differences(import)));
    let exports = home.exports.iter().map(|name| (name.as_str(), home.export_differences(name)));
    // Several interfaces share a point; it is told with the first one.
    let mut told: Vec<&Difference> = Vec::new();
    let mut begun = false;
    for (name, points) in imports.chain(exports) {
        let new: Vec<_> = points.into_iter().filter(|point| !told.contains(point)).collect();
        if new.is_empty() {
            continue;
        }
        if !begun {
            lines.text(&format!("\n{}", output.styled(Look::Heading, "different from home")))?;
            begun = true;
        }
        lines.text(&format!("  {}", text::shown(name)))?;
        for point in new {
            lines.text(&format!("    there: {}\n    here:  {}", point.there, point.here))?;
            told.push(point);
        }
    }
    Ok(())
}

/// Exports that nothing calls here.
pub(super) fn unserved(lines: &mut Lines, home: &Home, output: &Output) -> Result<()> {
    for (name, instead) in home.unserved_exports() {
        let state = output.styled(Look::Bad, "never called by larder itself:");
        lines.text(&format!("  {}  {state} {instead}", text::shown(name)))?;
    }
    Ok(())
}

pub(super) fn json(home: &Home) -> Value {
    let exports = home.exports.iter().map(|name| {
        let instead =
            home.unserved_exports().into_iter().find(|(export, _)| export == name).map(|(_, instead)| instead);
        json!({ "name": name, "differences": points(&home.export_differences(name)), "instead": instead })
    });
    json!({
        "hosts": home.hosts.iter().map(|host| host.as_str()).collect::<Vec<_>>(),
        "because": home.because,
        "worlds": home.worlds,
        "role": home.role.as_str(),
        "exports": exports.collect::<Vec<_>>(),
    })
}

/// What is added to an import's own description.
pub(super) fn import(shown: &mut Value, home: &Home, import: &Import) {
    shown["served"] = import.is_served().into();
    shown["differences"] = points(&home.import_differences(import));
    shown["instead"] = import.instead().into();
}

fn points(points: &[&Difference]) -> Value {
    points.iter().map(|point| json!({ "there": point.there, "here": point.here })).collect()
}
