//! Workspaces by their names in a transcript.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::api::{Answer, Api, Buffer, Failure};
use super::values::{json_text, text};

/// The workspaces that are or were open.
#[derive(Default)]
pub(crate) struct Workspaces {
    open: HashMap<String, Box<dyn Buffer>>,
}

impl Workspaces {
    /// Let go of all of them: a handle keeps the tenant from being opened anew.
    pub(crate) fn forget(&mut self) {
        self.open.clear();
    }

    /// Do what `op` says, if it is about workspaces.
    pub(crate) fn run(&mut self, api: &mut impl Api, op: &Value) -> Option<Answer<Value>> {
        let name = op["op"].as_str()?.strip_prefix("ws_")?;
        Some(match name {
            "new" => self.create(api, op),
            "recover" => self.recover(api, op),
            _ => self.on_one(name, op),
        })
    }

    fn create(&mut self, api: &mut impl Api, op: &Value) -> Answer<Value> {
        let name = text(op, "name")?;
        let buffer = api.ws_new(super::label(op), &name)?;
        self.open.insert(name.clone(), buffer);
        Ok(json!({"name": name, "path": path(op, &name)}))
    }

    /// Only the store's own directory can be searched.
    fn recover(&mut self, api: &mut impl Api, op: &Value) -> Answer<Value> {
        let directory = |name: &str| op[name].as_str().unwrap_or_default().trim_end_matches('/').to_owned();
        let asked = directory("state_dir");
        if asked.strip_prefix("./").unwrap_or(&asked) != directory("own_state_dir") {
            return Ok(json!([]));
        }
        let mut found = Vec::new();
        for (name, buffer) in api.ws_recover(super::label(op))? {
            found.push(json!({"name": name, "path": path(op, &name), "aggregate": buffer.aggregate()?}));
            self.open.insert(format!("{}{name}", text(op, "as_prefix")?), buffer);
        }
        Ok(json!(found))
    }

    fn on_one(&mut self, name: &str, op: &Value) -> Answer<Value> {
        let buffer =
            self.open.get_mut(&text(op, "ws")?).ok_or_else(|| Failure::not_run("no workspace has that name"))?;
        Ok(match name {
            "put" => {
                let data = if op["data"].is_null() { "{}".to_owned() } else { json_text(&op["data"]) };
                buffer.put(&text(op, "kind")?, &data)?;
                Value::Null
            }
            "count" => json!(buffer.count()?),
            "aggregate" => json!(buffer.aggregate()?),
            "query" => json!(buffer.query(&text(op, "sql")?)?),
            "commit" => json!(buffer.commit()?),
            "discard" => {
                buffer.discard()?;
                Value::Null
            }
            "close" => {
                buffer.close()?;
                Value::Null
            }
            other => return Err(Failure::not_run(format!("the replay does not know ws_{other}"))),
        })
    }
}

fn path(op: &Value, name: &str) -> String {
    format!("{}/{name}.duckdb", op["state_dir"].as_str().unwrap_or_default().trim_end_matches('/'))
}
