//! `larder set`.

use serde_json::json;

use crate::{
    args::SetArgs,
    exit::Exit,
    failure::{Failure, Result},
    input,
    output::Output,
    place::{self, Place},
};

/// Write one entry.
pub(super) fn run(place: &Place, args: &SetArgs, output: &Output) -> Result<Exit> {
    let scope = place::scope(&args.scope)?;
    let limit = place.manifest.config().limits_in_use().value_bytes;
    let value = input::read(args.value.text.as_deref(), args.value.file.as_deref(), limit)?
        .ok_or_else(|| Failure::usage("a value is needed: VALUE, - or --file FILE"))?;
    let (_larder, tenant) = place.tenant_or_create(&args.scope.tenant, args.create)?;
    let store = place::store(&tenant, scope);
    let version = match args.ttl {
        Some(ttl) => {
            let milliseconds = u64::try_from(ttl.0.as_millis()).unwrap_or(u64::MAX);
            store.set_with_ttl(&args.group, &args.key, &value, milliseconds)?
        }
        None => store.set(&args.group, &args.key, &value)?,
    };
    if output.is_json() {
        output.value(&json!({ "version": version }))?;
    } else {
        output.line(&format!("version {version}"))?;
    }
    Ok(Exit::Ok)
}
