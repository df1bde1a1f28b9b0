//! `larder unmigrated`.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use larder::engine::Unmigrated;
use serde_json::{Value, json};

use crate::{
    args::UnmigratedArgs,
    exit::Exit,
    failure::Result,
    output::{Look, Output},
    place::Place,
    text,
};

/// List what a migration kept aside.
pub(super) fn run(place: &Place, args: &UnmigratedArgs, output: &Output) -> Result<Exit> {
    let (_larder, tenant) = place.tenant(&args.tenant.tenant)?;
    let mut lines = output.lines();
    let mut after = 0;
    loop {
        let rows = tenant.unmigrated(after)?;
        let Some(last) = rows.last() else { break };
        after = last.id;
        for row in &rows {
            match output.is_json() {
                true => lines.value(&as_json(row))?,
                false => lines.text(&shown(row, output))?,
            }
        }
    }
    lines.finish()?;
    Ok(Exit::Ok)
}

fn shown(row: &Unmigrated, output: &Output) -> String {
    let part = |bytes: &Option<Vec<u8>>| bytes.as_deref().map_or("NULL".into(), text::preview);
    let [group, key, value] = [&row.group, &row.key, &row.value].map(part);
    format!("{}\t{group}\t{key}\t{value}\t{}", row.source, output.styled(Look::Bad, &row.reason))
}

/// Each column is text, or base64 under a name that says so, or `null`.
fn as_json(row: &Unmigrated) -> Value {
    let mut json = json!({ "id": row.id, "source": row.source, "reason": row.reason, "expires_at": row.expires_at });
    for (name, bytes) in [("group", &row.group), ("key", &row.key), ("value", &row.value)] {
        let (name, value) = match bytes.as_deref().map(|bytes| str::from_utf8(bytes).map_err(|_| bytes)) {
            None => (name.to_owned(), Value::Null),
            Some(Ok(text)) => (name.to_owned(), text.into()),
            Some(Err(bytes)) => (format!("{name}_base64"), STANDARD.encode(bytes).into()),
        };
        if let Some(object) = json.as_object_mut() {
            object.insert(name, value);
        }
    }
    json
}
