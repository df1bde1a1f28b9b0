//! What the tests share.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use larder_engine::{
    Clock, Config, Durability, Error, FeedStatus, Larder, ManualClock, Query, Quota, Result, ScopeName, Store, Tenant,
    TenantId,
};
use tempfile::TempDir;

/// When the clock of a test starts, in milliseconds since the epoch.
pub(crate) const START_MS: i64 = 1_700_000_000_000;

/// Makes roots of one kind, all on one clock that stands still until the test moves it.
pub(crate) struct Kit {
    pub(crate) clock: Arc<ManualClock>,
    place: Option<TempDir>,
}

impl Kit {
    pub(crate) fn in_memory() -> Kit {
        Kit { clock: Arc::new(ManualClock::new(START_MS)), place: None }
    }

    pub(crate) fn on_sqlite() -> Kit {
        Kit { place: Some(tempfile::tempdir().unwrap()), ..Kit::in_memory() }
    }

    /// A new root with nothing in it, run as `configure` says.
    pub(crate) fn larder_with(&self, configure: impl FnOnce(Config) -> Config) -> Larder {
        let config = configure(self.config());
        match &self.place {
            None => Larder::in_memory(config),
            Some(place) => Larder::open(tempfile::tempdir_in(place).unwrap().keep(), config).unwrap(),
        }
    }

    pub(crate) fn larder(&self) -> Larder {
        self.larder_with(|config| config)
    }

    /// The store of a tenant without a scope, in a root of its own.
    pub(crate) fn store(&self) -> Store {
        self.tenant().store()
    }

    pub(crate) fn store_with(&self, configure: impl FnOnce(Config) -> Config) -> Store {
        acme(&self.larder_with(configure)).store()
    }

    pub(crate) fn tenant(&self) -> Tenant {
        acme(&self.larder())
    }

    /// A scope with a quota, in a root of its own.
    pub(crate) fn scope(&self, quota: Quota) -> Store {
        self.tenant().scope(scope("plugin"), quota)
    }

    pub(crate) fn advance(&self, ms: u64) {
        self.clock.advance(Duration::from_millis(ms));
    }

    pub(crate) fn now(&self) -> i64 {
        self.clock.now_ms()
    }

    pub(crate) fn config(&self) -> Config {
        config(&self.clock)
    }
}

/// Without the syncs, which only a crash of the machine would tell apart.
pub(crate) fn config(clock: &Arc<ManualClock>) -> Config {
    Config::new().clock(clock.clone()).durability(Durability::Normal)
}

pub(crate) fn tenant_id(name: &str) -> TenantId {
    TenantId::parse(name).unwrap()
}

pub(crate) fn acme(larder: &Larder) -> Tenant {
    larder.tenant(&tenant_id("acme"))
}

pub(crate) fn scope(name: &str) -> ScopeName {
    ScopeName::parse(name).unwrap()
}

pub(crate) fn max_keys(keys: u64) -> Quota {
    Quota { keys: Some(keys), ..Quota::default() }
}

pub(crate) fn max_groups(groups: u64) -> Quota {
    Quota { groups: Some(groups), ..Quota::default() }
}

pub(crate) fn max_bytes(bytes: u64) -> Quota {
    Quota { bytes: Some(bytes), ..Quota::default() }
}

/// Every key of a group with its value, in pages of the size that the engine chooses.
pub(crate) fn all(store: &Store, group: &str) -> Vec<(String, Vec<u8>)> {
    let mut query = Query { group: group.into(), values: true, ..Query::default() };
    let mut found = Vec::new();
    loop {
        let page = store.scan(&query).unwrap();
        found.extend(page.entries.into_iter().map(|entry| (entry.key, entry.value.unwrap())));
        query.cursor = page.next;
        if query.cursor.is_none() {
            return found;
        }
    }
}

pub(crate) fn keys(store: &Store, group: &str) -> Vec<String> {
    all(store, group).into_iter().map(|(key, _)| key).collect()
}

pub(crate) fn groups(store: &Store, prefix: &str) -> Vec<String> {
    store.groups(prefix, None, 0).unwrap().groups
}

/// The version that an entry has now.
pub(crate) fn version(store: &Store, group: &str, key: &str) -> u64 {
    store.entry(group, key).unwrap().unwrap().version
}

/// Nothing is wrong with the counters of the tenant.
#[track_caller]
pub(crate) fn assert_sound(tenant: &Tenant) {
    assert_eq!(tenant.check().unwrap().problems, [""; 0]);
}

/// The result is the error that the pattern describes.
macro_rules! assert_refused {
    ($result:expr, $pattern:pat $(if $guard:expr)?) => {
        match $result {
            Err($pattern) $(if $guard)? => {}
            other => panic!("expected {}, got {other:?}", stringify!($pattern $(if $guard)?)),
        }
    };
}
pub(crate) use assert_refused;

/// Look again and again until it is so; other threads have the processor in between.
#[track_caller]
pub(crate) fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let give_up = Instant::now() + Duration::from_secs(30);
    while !is_so() {
        assert!(Instant::now() < give_up, "waited 30 s until {what}");
        std::thread::yield_now();
    }
}

/// An error for a closure that has to fail.
pub(crate) fn failure<R>() -> Result<R> {
    Err(Error::Conflict)
}

/// Trim the feed of [`acme`] to so many events.
pub(crate) fn trimmed(larder: &Larder, events: u64) -> FeedStatus {
    trimmed_to(larder, |status| status.events <= events)
}

/// Trim the feed of [`acme`] until it is so. The background may be at it too, and then a purge leaves it alone.
pub(crate) fn trimmed_to(larder: &Larder, is_so: impl Fn(&FeedStatus) -> bool) -> FeedStatus {
    loop {
        larder.purge();
        let status = acme(larder).feed_status().unwrap();
        if is_so(&status) {
            return status;
        }
    }
}
