//! What `open` makes: a host with one tenant, used natively or through a guest.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use larder::engine::JournalConfig;
use larder::{Config, Instance, Larder, ManualClock, Quota, ScopeName, SizeLimits, TenantId};
use serde_json::Value;

use super::Way;
use super::native::{Native, failure};
use super::ops::Interpreter;
use super::ops::api::{Answer, Failure};
use super::ops::values::{natural, text};
use super::place::Place;

/// Longest prefix that the recordings ask for, in bytes, and some more.
const NAME_BYTES: usize = 1 << 20;

/// A scope that a transcript makes or names.
#[derive(Clone, PartialEq)]
pub(crate) struct Scope {
    pub(crate) name: ScopeName,
    quota: Quota,
}

impl Scope {
    /// The scope that `namespace`, `max_keys` and `max_groups` of `arguments` describe.
    pub(crate) fn parse(arguments: &Value) -> Answer<Scope> {
        let name = ScopeName::parse(&text(arguments, "namespace")?).map_err(failure)?;
        let most = |name| natural(arguments, name).map(|most| (most > 0).then_some(most));
        let quota = Quota { keys: most("max_keys")?, groups: most("max_groups")?, bytes: None };
        Ok(Scope { name, quota })
    }
}

/// The label of the scope at `number` in the transcript's list.
pub(crate) fn label(number: usize) -> String {
    format!("s{number}")
}

/// The label of the whole store.
pub(crate) const WHOLE: &str = "default";

pub(crate) struct Session<'a> {
    pub(crate) larder: Larder,
    /// The tenant's number; `None` in memory.
    pub(crate) tenant: Option<usize>,
    /// The transcript's name of the directory of workspaces.
    pub(crate) state_dir: String,
    /// How often what has expired goes by itself.
    pub(crate) purge_interval: Duration,
    subject: Subject<'a>,
}

enum Subject<'a> {
    Native(Interpreter<Native>),
    Guest(&'a super::guest::Guest, Box<Instance>),
}

impl<'a> Session<'a> {
    /// What is open already has one owner: `running` has it for a tenant that the transcript opens once more.
    pub(crate) fn open(
        op: &Value,
        way: Way<'a>,
        place: &mut Place,
        clock: &Arc<ManualClock>,
        scopes: &[Scope],
        running: impl Fn(usize) -> Option<Larder>,
    ) -> Answer<Session<'a>> {
        let path = text(op, "path")?;
        if path.is_empty() {
            TenantId::parse(&path).map_err(failure)?;
        }
        let mut config = Config::new().clock(clock.clone());
        config = config.limits(SizeLimits { group_bytes: NAME_BYTES, key_bytes: NAME_BYTES, ..SizeLimits::default() });
        let mut purge_interval = Duration::from_secs(60);
        if natural(op, "purge_interval_ms")? > 0 {
            purge_interval = Duration::from_millis(natural(op, "purge_interval_ms")?);
            config = config.purge_interval(purge_interval);
        }
        if let Some(journal) = op["journal"].as_object() {
            for part in ["endpoint", "organisation", "bucket"] {
                if journal.get(part).and_then(Value::as_str).unwrap_or_default().is_empty() {
                    return Err(Failure::invalid(format!("the journal has no {part}")));
                }
            }
            config =
                config.journal(JournalConfig { bucket: text(&op["journal"], "bucket")?, ..JournalConfig::default() });
        }
        let state_dir = op["state_dir"].as_str().unwrap_or("state").to_owned();
        let (larder, tenant) = if path == ":memory:" {
            (Larder::in_memory(config), None)
        } else {
            let number = place.open(&path, &state_dir)?;
            let larder = match running(number) {
                Some(larder) => larder,
                None => Larder::open(place.root(), config).map_err(cannot_open)?,
            };
            (larder, Some(number))
        };
        let handle = larder.tenant(&TenantId::parse(&format!("t{}", tenant.unwrap_or_default())).map_err(failure)?);
        handle.create().map_err(cannot_open)?;
        let mut stores = HashMap::from([(WHOLE.to_owned(), handle.store())]);
        for (number, scope) in scopes.iter().enumerate() {
            stores.insert(label(number), handle.scope(scope.name.clone(), scope.quota));
        }
        let subject = match way {
            Way::Native => Subject::Native(Interpreter::new(Native { stores })),
            Way::Guest(guest) => {
                let instance = guest.instance(stores).map_err(|failed| Failure::new("trap", failed))?;
                Subject::Guest(guest, Box::new(instance))
            }
        };
        Ok(Session { larder, tenant, state_dir, purge_interval, subject })
    }

    /// Do what `op` says.
    pub(crate) fn run(&mut self, op: &Value) -> Value {
        match &mut self.subject {
            Subject::Native(interpreter) => interpreter.run(op),
            Subject::Guest(guest, instance) => guest.run(instance, op),
        }
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        self.larder.close();
    }
}

/// Whatever keeps a database from being opened is SQLite's error in the reference.
fn cannot_open(error: larder::engine::Error) -> Failure {
    Failure::new("sqlite", error)
}
