//! `larder set`.

use std::{
    fs,
    io::{self, Read as _},
    path::Path,
};

use serde_json::json;

use crate::{
    args::{SetArgs, Value},
    exit::Exit,
    failure::{Failure, Result},
    output::Output,
    place::{self, Place},
};

/// Write one entry.
pub(super) fn run(place: &Place, args: &SetArgs, output: &Output) -> Result<Exit> {
    let scope = place::scope(&args.scope)?;
    let limit = place.manifest.config().limits_in_use().value_bytes;
    let value = value(&args.value, limit)?;
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

/// The value, or as much of it as shows that it is too large.
fn value(value: &Value, limit: usize) -> Result<Vec<u8>> {
    let bound = limit as u64 + 1;
    let mut bytes = Vec::new();
    match (&value.text, &value.file) {
        (_, Some(path)) => {
            let read = fs::File::open(path).and_then(|file| file.take(bound).read_to_end(&mut bytes));
            read.map_err(|error| Failure::io("read", path, &error))?;
        }
        (Some(text), None) if text == "-" => {
            let read = io::stdin().lock().take(bound).read_to_end(&mut bytes);
            read.map_err(|error| Failure::io("read", Path::new("standard input"), &error))?;
        }
        (Some(text), None) => bytes.extend_from_slice(text.as_bytes()),
        (None, None) => return Err(Failure::usage("a value is needed: VALUE, - or --file FILE")),
    }
    Ok(bytes)
}
