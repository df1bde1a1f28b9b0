//! `larder tenants`.

use larder::{Larder, TenantId, engine::Usage};
use serde_json::json;

use crate::{
    args::TenantsArgs,
    exit::Exit,
    failure::{Failure, Result},
    json,
    output::{Lines, Output},
    place::Place,
    text,
};

/// List the tenants; open them only when asked what they use.
pub(super) fn run(place: &Place, args: &TenantsArgs, output: &Output) -> Result<Exit> {
    let larder = place.open_existing()?;
    let tenants = larder.tenants()?;
    let wanted = tenants.iter().filter(|tenant| tenant.as_str().starts_with(&args.prefix));
    let mut lines = output.lines();
    for tenant in wanted {
        match (args.usage, output.is_json()) {
            (true, _) => with_usage(&larder, tenant, output, &mut lines)?,
            (false, true) => lines.value(&json!({ "tenant": tenant.as_str() }))?,
            (false, false) => lines.text(tenant.as_str())?,
        }
    }
    lines.finish()?;
    Ok(Exit::Ok)
}

/// A tenant that cannot be opened is listed with the reason: the others are there all the same.
fn with_usage(larder: &Larder, id: &TenantId, output: &Output, lines: &mut Lines) -> Result<()> {
    let usage = larder.tenant(id).store().usage();
    if output.is_json() {
        let mut value = match &usage {
            Ok(usage) => json::usage(usage),
            Err(error) => json!({ "error": error.to_string() }),
        };
        value["tenant"] = json!(id.as_str());
        return lines.value(&value);
    }
    match usage {
        Ok(usage) => lines.text(&format!("{id}\t{}", summary(&usage))),
        Err(error) => lines.text(&format!("{id}\t{}", Failure::from(error).message)),
    }
}

fn summary(usage: &Usage) -> String {
    format!(
        "{}, {}, {}",
        text::count(usage.keys.used, "key", "keys"),
        text::count(usage.groups.used, "group", "groups"),
        text::size(usage.bytes.used)
    )
}
