//! `larder delete`.

use larder::Store;
use serde_json::json;

use super::get::absent;
use crate::{
    args::DeleteArgs,
    confirm::confirm,
    exit::Exit,
    failure::{Failure, Result},
    output::Output,
    place::Place,
    text,
};

/// Delete an entry, a group, or groups by prefix.
pub(super) fn run(place: &Place, args: &DeleteArgs, output: &Output) -> Result<Exit> {
    let (_larder, store) = place.store(&args.scope)?;
    let deleted = match (&args.group, &args.key, &args.prefix) {
        (Some(group), Some(key), _) => {
            if !store.delete(group, key)? {
                return Err(absent(group, key));
            }
            1
        }
        (Some(group), None, _) => {
            let name = format!("group \"{}\"", text::preview(group.as_bytes()));
            many(&store, args, &name, |store| store.count(group), |store| store.delete_group(group))?
        }
        (None, _, Some(prefix)) => {
            let name = match prefix.as_str() {
                "" => "all groups".to_owned(),
                prefix => format!("groups that start with \"{}\"", text::preview(prefix.as_bytes())),
            };
            many(&store, args, &name, |store| store.count_all(prefix), |store| store.delete_prefix(prefix))?
        }
        (None, _, None) => return Err(Failure::usage("name a group, or --prefix")),
    };
    if output.is_json() {
        output.value(&json!({ "deleted": deleted }))?;
    } else {
        output.line(&format!("deleted {}", text::count(deleted, "entry", "entries")))?;
    }
    Ok(Exit::Ok)
}

fn many(
    store: &Store,
    args: &DeleteArgs,
    name: &str,
    count: impl FnOnce(&Store) -> larder::engine::Result<u64>,
    delete: impl FnOnce(&Store) -> larder::engine::Result<u64>,
) -> Result<u64> {
    let number = count(store)?;
    if number == 0 {
        return Err(Failure::new(Exit::Negative, "not-found", format!("{name}: there is no entry")));
    }
    let question =
        format!("Delete {} of {name} of tenant {}?", text::count(number, "entry", "entries"), args.scope.tenant);
    if !confirm(&question, args.yes)? {
        return Err(Failure::new(Exit::Negative, "not-confirmed", "nothing was deleted"));
    }
    Ok(delete(store)?)
}
