//! One transcript, line by line.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use larder::{ManualClock, engine::Clock};
use serde_json::{Value, json};

use super::intentions::{self, Aside, Case, Row};
use super::ops::api::{Answer, Failure};
use super::ops::reference_takes;
use super::ops::values::{bytes, hex, natural, text};
use super::place::{Place, milliseconds};
use super::session::{Scope, Session, WHOLE, label};
use super::{Failed, Verdict, Way};

/// What the clock shows at the start of each transcript, in milliseconds since the epoch.
const START_MS: i64 = 1_800_000_000_000;

/// What every operation takes on that clock.
const STEP: Duration = Duration::from_millis(1);

/// What a transaction looked at and found expired, to be looked at once more: larder deletes on sight outside of
/// transactions alone.
fn looked_at_expired(case: &Case<'_>) -> Vec<Value> {
    let expired = |get: &Value| {
        let (group, key) = (get["group"].as_str().unwrap_or("default"), get["key"].as_str().unwrap_or_default());
        let mut rows = case.rows.into_iter().flatten().filter(|row| !row.is_live);
        rows.any(|row| row.group == format!("{}{group}", case.namespace) && row.key == key)
    };
    let gets =
        case.op["ops"].as_array().into_iter().flatten().filter(|inside| inside["op"] == "get" && expired(inside));
    gets.map(|get| {
        let mut get = get.clone();
        get["scope"] = case.op["scope"].clone();
        get
    })
    .collect()
}

/// Whether the answer is an error.
fn failed(outcome: &Value) -> bool {
    outcome.get("error_kind").is_some()
}

/// What a transcript has made so far.
pub(crate) struct Run<'a> {
    way: Way<'a>,
    place: Place,
    clock: Arc<ManualClock>,
    /// Every scope that the transcript names: a guest is granted them when it starts.
    scopes: Vec<Scope>,
    sessions: Vec<Session<'a>>,
    /// The sessions and labels of scopes that were given a name.
    refs: HashMap<String, (usize, String)>,
    /// Workspaces that the two do not both have.
    aside: Aside,
    /// The sessions of what else was given a name.
    names: HashMap<String, usize>,
}

impl<'a> Run<'a> {
    pub(crate) fn new(ops: &[Value], way: Way<'a>) -> Result<Run<'a>, Failed> {
        let mut scopes = Vec::new();
        for op in ops {
            let named = [Some(op), op.get("scope")].into_iter().flatten().filter(|at| at.get("namespace").is_some());
            for scope in named.filter_map(|arguments| Scope::parse(arguments).ok()) {
                if !scopes.contains(&scope) {
                    scopes.push(scope);
                }
            }
        }
        let (place, clock) = (Place::new()?, Arc::new(ManualClock::new(START_MS)));
        Ok(Run {
            way,
            place,
            clock,
            scopes,
            sessions: Vec::new(),
            refs: HashMap::new(),
            aside: Aside::default(),
            names: HashMap::new(),
        })
    }

    /// Do what one line says, and say whether it came to what was recorded.
    pub(crate) fn step(&mut self, op: &Value, recorded: &Value) -> (Value, Verdict) {
        self.clock.advance(STEP);
        let rows = self.rows();
        let found = self.run(op);
        let namespace = self.namespace(op);
        let mut aside = std::mem::take(&mut self.aside);
        aside.moved_aside = self.tenant().map(|tenant| self.place.moved_aside(tenant)).unwrap_or_default();
        let case = Case { op, recorded, found: &found, rows: rows.as_deref(), namespace: &namespace, aside: &aside };
        let verdict = case.verdict();
        let reconciled = self.reconcile(&case);
        aside.note(op, recorded, &found);
        self.aside = aside;
        match reconciled {
            Ok(true) if verdict == Verdict::Equal => (found, Verdict::ByIntention(intentions::reconciled(op))),
            Ok(_) => (found, verdict),
            Err(failure) => (failure.outcome(), Verdict::Different),
        }
    }

    /// What is in the database that is open.
    fn rows(&self) -> Option<Vec<Row>> {
        let session = self.sessions.last()?;
        if session.larder.is_closed() {
            return None;
        }
        let rows =
            self.place.raw_query(session.tenant?, "select group_name, entry_key, expires_at from entries").ok()?;
        let now = self.clock.now_ms();
        Some(rows.as_array()?.iter().filter_map(|row| Row::read(row, now)).collect())
    }

    /// The scope's prefix of group names.
    fn namespace(&self, op: &Value) -> String {
        let named = &op["scope"];
        let name = match named["ref"].as_str() {
            Some(name) => self.refs.get(name).and_then(|(_, label)| label.strip_prefix('s')?.parse::<usize>().ok()),
            None => Scope::parse(named).ok().and_then(|scope| self.scopes.iter().position(|known| *known == scope)),
        };
        name.and_then(|number| self.scopes.get(number)).map(|scope| format!("{}:", scope.name)).unwrap_or_default()
    }

    /// Where larder answered differently by intention, do what the reference did, so that the lines that follow compare
    /// like with like. Answers whether there was something to do.
    fn reconcile(&mut self, case: &Case<'_>) -> Answer<bool> {
        let Case { op, namespace, .. } = *case;
        let allowed = failed(case.recorded) && !failed(case.found);
        let others = case.rows.into_iter().flatten().filter(|row| !row.group.starts_with(namespace));
        let mut undo = Vec::new();
        match op["op"].as_str().unwrap_or_default() {
            "open" if allowed => {
                let tenant = self.tenant();
                self.sessions.pop();
                tenant.map_or(Ok(()), |tenant| self.place.forget(tenant))?;
                return Ok(true);
            }
            "delete_prefix" => undo.extend(self.taken_from_others(op, case)?),
            "purge_expired" if !namespace.is_empty() => {
                let taken = others.filter(|row| !row.is_live && reference_takes(namespace, &row.group));
                undo.extend(taken.map(|row| json!({"op": "delete", "group": row.group, "key": row.key})));
            }
            "set" | "set_with_ttl" if allowed => {
                undo.push(op.clone());
                undo[0]["op"] = json!("delete");
            }
            "query_journal" | "ws_query" if failed(case.found) && !failed(case.recorded) && case.writes() => {
                return self.write_by_query(op);
            }
            "transaction" if !failed(case.recorded) => {
                for inside in
                    op["ops"].as_array().into_iter().flatten().filter(|inside| inside["op"] == "delete_prefix")
                {
                    undo.extend(self.taken_from_others(inside, case)?);
                }
                undo.extend(looked_at_expired(case));
            }
            "set" if failed(case.found) && !failed(case.recorded) => {
                self.set_odd_name(op)?;
                return Ok(true);
            }
            _ => {}
        }
        for op in &undo {
            self.on_store(op)?;
        }
        Ok(!undo.is_empty())
    }

    /// The groups of other scopes that the reference deletes by a prefix.
    fn taken_from_others(&self, op: &Value, case: &Case<'_>) -> Answer<Vec<Value>> {
        if case.namespace.is_empty() {
            return Ok(Vec::new());
        }
        let prefix = format!("{}{}", case.namespace, text(op, "prefix")?);
        let others = case.rows.into_iter().flatten().filter(|row| !row.group.starts_with(case.namespace));
        let groups: BTreeSet<&str> = others.map(|row| row.group.as_str()).collect();
        let taken = groups.into_iter().filter(|group| reference_takes(&prefix, group));
        Ok(taken.map(|group| json!({"op": "delete_group", "group": group})).collect())
    }

    /// Let another program do what a query was refused to. Answers whether it may have written something.
    fn write_by_query(&mut self, op: &Value) -> Answer<bool> {
        let sql = text(op, if op["op"] == "ws_query" { "sql" } else { "query" })?;
        match op["ws"].as_str() {
            Some(name) => self.place.write_workspace(self.database()?, name, &sql)?,
            None => self.place.raw_exec(self.database()?, &sql)?,
        }
        Ok(true)
    }

    /// Write an entry whose names are no text, as another program can.
    fn set_odd_name(&mut self, op: &Value) -> Answer<()> {
        let literal = |name| Ok(format!("cast(x'{}' as text)", hex(&bytes(op, name)?)));
        let (group, key, value) = (literal("group")?, literal("key")?, literal("value")?);
        let sql = format!("insert into entries(group_name, entry_key, entry_value) values({group}, {key}, {value})");
        self.place.raw_exec(self.database()?, &sql)
    }

    fn run(&mut self, op: &Value) -> Value {
        match self.own(op) {
            Some(Ok(result)) => json!({"result": result}),
            Some(Err(failure)) => failure.outcome(),
            None => self.on_store(op).unwrap_or_else(|failure| failure.outcome()),
        }
    }

    /// What is the host's business; `None` for what is the store's.
    fn own(&mut self, op: &Value) -> Option<Answer<Value>> {
        Some(match op["op"].as_str().unwrap_or_default() {
            "open" => self.open(op),
            "close" => self.close(),
            "is_closed" => self.session().map(|session| json!(session.larder.is_closed())),
            "scope_new" | "scope_new_plain" => self.scope_new(op),
            "write_file" => self.write_file(op),
            "remove" => text(op, "path").and_then(|path| self.place.remove(&path, self.tenant())).map(|()| Value::Null),
            "files" => text(op, "dir").and_then(|dir| self.place.files(&dir)).map(|files| json!(files)),
            "raw_query" => self.raw_query(op),
            "raw_exec" => self.raw_exec(op),
            "sleep" => natural(op, "ms").and_then(|ms| self.sleep(ms)).map(|()| Value::Null),
            _ => return None,
        })
    }

    fn open(&mut self, op: &Value) -> Answer<Value> {
        for session in self.sessions.iter_mut().filter(|session| session.larder.is_closed()) {
            session.run(&json!({"op": "forget"}));
        }
        let sessions = &self.sessions;
        let running = |tenant| {
            let mut open = sessions.iter().filter(|session| !session.larder.is_closed());
            open.find(|session| session.tenant == Some(tenant)).map(|session| session.larder.clone())
        };
        let session = Session::open(op, self.way, &mut self.place, &self.clock, &self.scopes, running)?;
        self.sessions.push(session);
        Ok(Value::Null)
    }

    /// Whoever watches has got what came before.
    fn close(&mut self) -> Answer<Value> {
        let session = self.session()?;
        if !session.larder.is_closed() {
            session.run(&json!({"op": "fetch"}));
            session.larder.close();
        }
        Ok(Value::Null)
    }

    fn session(&mut self) -> Answer<&mut Session<'a>> {
        self.sessions.last_mut().ok_or_else(|| Failure::not_run("nothing is open"))
    }

    fn tenant(&self) -> Option<usize> {
        self.sessions.last().and_then(|session| session.tenant)
    }

    fn scope_new(&mut self, op: &Value) -> Answer<Value> {
        let label = self.label(&Scope::parse(op)?)?;
        self.refs.insert(text(op, "as")?, (self.sessions.len().saturating_sub(1), label));
        Ok(Value::Null)
    }

    fn label(&self, scope: &Scope) -> Answer<String> {
        let number = self.scopes.iter().position(|known| known == scope);
        number.map(label).ok_or_else(|| Failure::not_run("a scope that the transcript does not name"))
    }

    fn write_file(&mut self, op: &Value) -> Answer<Value> {
        self.place.write_file(&text(op, "path")?, &bytes(op, "text")?, self.tenant())?;
        Ok(Value::Null)
    }

    fn database(&self) -> Answer<usize> {
        self.tenant().ok_or_else(|| Failure::not_run("there is no database to look into"))
    }

    fn raw_query(&mut self, op: &Value) -> Answer<Value> {
        self.place.raw_query(self.database()?, &text(op, "sql")?)
    }

    fn raw_exec(&mut self, op: &Value) -> Answer<Value> {
        self.place.raw_exec(self.database()?, &text(op, "sql")?)?;
        Ok(Value::Null)
    }

    /// Let time pass, and wait for what the store does by itself meanwhile.
    fn sleep(&mut self, ms: u64) -> Answer<()> {
        self.clock.advance(Duration::from_millis(ms));
        let session = self.session()?;
        if u128::from(ms) >= session.purge_interval.as_millis() && !session.larder.is_closed() {
            let now = self.clock.now_ms();
            let left = format!("select count(*) from entries where expires_at <= {now}");
            while self.place.raw_query(self.database()?, &left)? != json!([[0]]) {
                std::thread::yield_now();
            }
        }
        Ok(())
    }

    /// Larder has one directory for archives, whatever the transcript calls it.
    fn compact(&mut self, at: usize, mut op: Value) -> Answer<Value> {
        match op["before"].as_str().unwrap_or_default() {
            "" => {}
            "now" => op["before_ms"] = json!(self.clock.now_ms()),
            moment => op["before_ms"] = json!(milliseconds(moment)?),
        }
        if self.place.is_file(op["output"].as_str().unwrap_or_default()) {
            return Err(Failure::new("io", "a directory cannot be made of a file"));
        }
        let outcome = self.sessions[at].run(&op);
        if let (Some(path), Some(tenant)) = (outcome["result"]["path"].as_str(), self.sessions[at].tenant) {
            self.place.note_archive(tenant, path);
        }
        Ok(outcome)
    }

    fn on_store(&mut self, op: &Value) -> Answer<Value> {
        let (mut at, label) = match &op["scope"] {
            Value::Null => (self.sessions.len().saturating_sub(1), WHOLE.to_owned()),
            scope => match scope["ref"].as_str() {
                Some(name) => self.refs.get(name).cloned().ok_or_else(|| Failure::not_run("no such scope"))?,
                None => (self.sessions.len().saturating_sub(1), self.label(&Scope::parse(scope)?)?),
            },
        };
        let mut op = op.clone();
        let name = op["ws"].as_str().or(op["as"].as_str()).map(str::to_owned);
        let makes = ["watch", "on_change"].iter().any(|makes| op["op"] == *makes);
        if let Some(name) = name {
            if makes {
                self.names.insert(name, at);
            } else {
                at = self.names.get(&name).copied().unwrap_or(at);
            }
        }
        op["label"] = json!(label);
        let session = self.sessions.get_mut(at).ok_or_else(|| Failure::not_run("nothing is open"))?;
        if op["state_dir"].is_null() {
            op["state_dir"] = json!(session.state_dir);
        }
        if op["op"] == "compact" {
            return self.compact(at, op);
        }
        op["own_state_dir"] = json!(session.state_dir.trim_end_matches('/'));
        Ok(session.run(&op))
    }
}
