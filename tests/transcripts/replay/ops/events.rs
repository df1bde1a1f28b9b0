//! Watching: what a transcript's names of watchers and callbacks stand for.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::api::{Answer, Api, Events, Failure};
use super::values::text;

/// The watchers and callbacks that were given names.
#[derive(Default)]
pub(crate) struct Watching {
    watchers: HashMap<String, Watched>,
    callbacks: HashMap<String, Watched>,
}

/// A watcher with what it has got and nobody has asked for.
struct Watched {
    /// What it was made for; empty for a callback.
    group: String,
    /// `None` when it was taken away, or never was.
    events: Option<Box<dyn Events>>,
    got: Vec<Value>,
}

impl Watched {
    /// Get what there is. Answers whether there will be no more.
    fn fetch(&mut self) -> Answer<bool> {
        let Some(events) = &mut self.events else { return Ok(true) };
        loop {
            match events.next() {
                Ok(more) if more.is_empty() => return Ok(false),
                Ok(more) => self.got.extend(more),
                Err(failure) if failure.kind == "closed" => return Ok(true),
                Err(failure) => return Err(failure),
            }
        }
    }
}

impl Watching {
    /// Do what `op` says, if it is about watching.
    pub(crate) fn run(&mut self, api: &mut impl Api, op: &Value) -> Option<Answer<Value>> {
        Some(match op["op"].as_str().unwrap_or_default() {
            "watch" => self.watch(api, op),
            "on_change" => self.on_change(api, op),
            "unwatch" => self.unwatch(op),
            "off_change" => self.off_change(op),
            "drain" => self.drain(op),
            "callback_events" => self.callback_events(op),
            "fetch" => self.fetch(),
            _ => return None,
        })
    }

    fn watch(&mut self, api: &mut impl Api, op: &Value) -> Answer<Value> {
        let group = text(op, "group")?;
        let only = (group != "*").then_some(group.as_str());
        let events = api.watch(super::label(op), only);
        let (events, answer) = match events {
            Ok(events) => (Some(events), Ok(Value::Null)),
            Err(failure) => (None, Err(failure)),
        };
        self.watchers.insert(text(op, "as")?, Watched { group, events, got: Vec::new() });
        answer
    }

    fn on_change(&mut self, api: &mut impl Api, op: &Value) -> Answer<Value> {
        let events = Some(api.on_change(super::label(op))?);
        self.callbacks.insert(text(op, "as")?, Watched { group: String::new(), events, got: Vec::new() });
        Ok(Value::Null)
    }

    /// Of another group than it was made for, a watcher is not taken away.
    fn unwatch(&mut self, op: &Value) -> Answer<Value> {
        let watched = named(&mut self.watchers, op)?;
        if watched.group == text(op, "group")? {
            watched.events = None;
        }
        Ok(Value::Null)
    }

    fn off_change(&mut self, op: &Value) -> Answer<Value> {
        let callback = named(&mut self.callbacks, op)?;
        callback.fetch()?;
        callback.events = None;
        Ok(Value::Null)
    }

    fn drain(&mut self, op: &Value) -> Answer<Value> {
        let watched = named(&mut self.watchers, op)?;
        let closed = watched.fetch()?;
        Ok(json!({"closed": closed, "events": std::mem::take(&mut watched.got)}))
    }

    fn callback_events(&mut self, op: &Value) -> Answer<Value> {
        let callback = named(&mut self.callbacks, op)?;
        callback.fetch()?;
        Ok(json!(callback.got))
    }

    /// Get what all of them have, before the store is closed.
    fn fetch(&mut self) -> Answer<Value> {
        for watched in self.watchers.values_mut().chain(self.callbacks.values_mut()) {
            watched.fetch()?;
        }
        Ok(Value::Null)
    }
}

fn named<'a>(all: &'a mut HashMap<String, Watched>, op: &Value) -> Answer<&'a mut Watched> {
    all.get_mut(&text(op, "as")?).ok_or_else(|| Failure::not_run("nothing was given that name"))
}

/// An event as transcripts show it.
pub(crate) fn event(kind: &str, group: &str, key: &str, value: Option<&[u8]>) -> Value {
    let kind = kind.replace('-', "_");
    json!({"type": kind, "group": group, "key": key, "value": super::values::shown(value.unwrap_or_default())})
}
