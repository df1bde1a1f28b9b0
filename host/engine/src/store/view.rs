//! Reads of a scope, all of the same moment.

use std::{cell::RefCell, collections::BTreeMap};

use super::context::{self, Context};
use crate::{
    Entry, EntryRef, Error, Gauge, GroupPage, Limits, PackedPage, Page, Query, Result, SizeLimit, Usage, Value,
    backend::{Names, Read, Scan, Stored},
    cache::Epoch,
    cursor::{self, Fingerprint},
    limits::RENDER_ENTRY_BYTES,
    scope,
    telemetry::Op,
    tenant::OpenTenant,
    text,
};

/// One moment of a scope: every read answers from the same snapshot.
///
/// Got by [`Store::view`](crate::Store::view). In a transaction it sees the transaction's own writes. Errors that every
/// function can answer: [`Error::TooLarge`] for a group or key over the [limits](crate::Limits), and the host's faults.
pub struct View<'a> {
    pub(crate) read: &'a dyn Read,
    pub(crate) context: &'a Context,
    /// `None` in a transaction, which sees what nobody else does, and behind which nobody clears up.
    pub(crate) seen: Option<Seen<'a>>,
}

/// What becomes of what a view sees.
pub(crate) struct Seen<'a> {
    /// Whose cache remembers it.
    pub(crate) open: &'a OpenTenant,
    /// When the view began.
    pub(crate) epoch: Epoch,
    /// Where to leave word of an expired entry that was asked for.
    pub(crate) expired: &'a Sight,
}

/// The stored group and key of an entry that had expired when it was asked for.
pub(crate) type Sight = RefCell<Option<(String, String)>>;

impl View<'_> {
    /// The limits on sizes.
    pub fn limits(&self) -> &Limits {
        &self.context.limits
    }

    /// The value of an entry.
    ///
    /// # Errors
    /// Those of every read.
    pub fn get(&self, group: &str, key: &str) -> Result<Option<Vec<u8>>> {
        let _operation = self.context.operation(Op::Get);
        Ok(self.live(group, key, true)?.and_then(|stored| stored.value))
    }

    /// The value of an entry, and whether it is a counter.
    ///
    /// # Errors
    /// Those of every read.
    pub fn value(&self, group: &str, key: &str) -> Result<Option<Value>> {
        let _operation = self.context.operation(Op::Get);
        Ok(self.live(group, key, true)?.map(value))
    }

    /// An entry with its version and time to live.
    ///
    /// # Errors
    /// Those of every read.
    pub fn entry(&self, group: &str, key: &str) -> Result<Option<Entry>> {
        let _operation = self.context.operation(Op::Entry);
        Ok(self.live(group, key, true)?.map(|stored| entry(self.context, key, stored)))
    }

    /// Whether an entry is there.
    ///
    /// # Errors
    /// Those of every read.
    pub fn exists(&self, group: &str, key: &str) -> Result<bool> {
        let _operation = self.context.operation(Op::Exists);
        Ok(self.live(group, key, false)?.is_some())
    }

    /// Whether a group has an entry.
    ///
    /// # Errors
    /// Those of every read.
    pub fn group_exists(&self, group: &str) -> Result<bool> {
        let _operation = self.context.operation(Op::GroupExists);
        let mut found = false;
        self.read.groups(&Names::one(&self.context.group(group)?), self.context.now, &mut |_, ()| {
            found = true;
            false
        })?;
        Ok(found)
    }

    /// The number of entries in a group.
    ///
    /// # Errors
    /// Those of every read.
    pub fn count(&self, group: &str) -> Result<u64> {
        let _operation = self.context.operation(Op::Count);
        self.count_in(&Names::one(&self.context.group(group)?))
    }

    /// The number of entries in all groups whose name starts with `prefix`.
    ///
    /// # Errors
    /// Those of every read.
    pub fn count_all(&self, prefix: &str) -> Result<u64> {
        let _operation = self.context.operation(Op::CountAll);
        self.count_in(&self.context.groups(prefix)?)
    }

    fn count_in(&self, groups: &Names) -> Result<u64> {
        let expired = self.read.expired_in(groups, self.context.now)?;
        Ok(self.read.keys_in(groups)?.saturating_sub(expired.keys))
    }

    /// The values of many keys, one answer a key, in the order asked for.
    ///
    /// # Errors
    /// [`Error::TooLarge`] for more keys than [`Limits::batch_items`](crate::Limits::batch_items), or values of more
    /// bytes than [`Limits::response_bytes`](crate::Limits::response_bytes).
    pub fn get_many(&self, group: &str, keys: &[impl AsRef<str>]) -> Result<Vec<Option<Vec<u8>>>> {
        let values = self.values(group, keys)?;
        Ok(values.into_iter().map(|value| value.map(|value| value.bytes)).collect())
    }

    /// [`View::get_many`], and which of them are counters.
    ///
    /// # Errors
    /// Those of [`View::get_many`].
    pub fn values(&self, group: &str, keys: &[impl AsRef<str>]) -> Result<Vec<Option<Value>>> {
        let _operation = self.context.operation(Op::GetMany);
        self.context.batch(keys.len())?;
        let limit = self.context.limits.response_bytes as u64;
        let mut size = 0_u64;
        let mut values = Vec::with_capacity(keys.len());
        for key in keys {
            let value = self.live(group, key.as_ref(), true)?.map(value);
            size = size.saturating_add(value.as_ref().map_or(0, |value| value.bytes.len() as u64));
            if size > limit {
                return Err(Error::TooLarge { what: SizeLimit::Response, size, limit });
            }
            values.push(value);
        }
        Ok(values)
    }

    /// The names of groups that start with `prefix`, in order; `limit` 0 leaves the size of the page to the engine.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a cursor that is altered or belongs to another prefix.
    pub fn groups(&self, prefix: &str, cursor: Option<&str>, limit: u32) -> Result<GroupPage> {
        let _operation = self.context.operation(Op::Groups);
        let mut names = self.context.groups(prefix)?;
        let scope = self.context.scope.as_ref();
        let question = Fingerprint::of(&[b"groups", names.from.as_bytes()]);
        if let Some(cursor) = cursor {
            // A forged one must not lead to where another scope's groups are.
            names.from = names.from.max(crate::backend::after(&cursor::decode(question, cursor)?));
        }
        let (most, most_bytes) = self.bounds(limit);
        let (mut page, mut bytes, mut last) = (GroupPage::default(), 0, String::new());
        self.read.groups(&names, self.context.now, &mut |group, ()| {
            if page.groups.len() >= most || (!page.groups.is_empty() && bytes + group.len() > most_bytes) {
                page.next = Some(cursor::encode(question, &last));
                return false;
            }
            bytes += group.len();
            group.clone_into(&mut last);
            page.groups.push(scope::local(scope, group).into());
            true
        })?;
        Ok(page)
    }

    /// Entries of one group within a range, a page at a time.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a cursor that is altered or belongs to another query.
    pub fn scan(&self, query: &Query) -> Result<Page> {
        let mut entries = Vec::new();
        let next = self.scan_by(query, &mut |entry| entries.push(entry.into()))?;
        Ok(Page { entries, next })
    }

    /// [`View::scan`], with the entries in one piece of memory: see [`PackedPage`].
    ///
    /// # Errors
    /// Those of [`View::scan`].
    ///
    /// ```
    /// # use larder_engine::{Config, Larder, Query, TenantId};
    /// # fn main() -> larder_engine::Result<()> {
    /// # let store = Larder::in_memory(Config::new()).tenant(&TenantId::parse("acme")?).store();
    /// store.set("users", "1", b"Ada")?;
    /// let page = store.scan_packed(&Query { group: "users".into(), values: true, ..Query::default() })?;
    /// for entry in page.entries() {
    ///     assert_eq!((entry.key, entry.value), ("1", Some(&b"Ada"[..])));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn scan_packed(&self, query: &Query) -> Result<PackedPage> {
        let mut page = PackedPage::default();
        page.next = self.scan_by(query, &mut |entry| page.push(&entry))?;
        Ok(page)
    }

    /// Tell of the entries of a page. Answers where the next one starts.
    fn scan_by(&self, query: &Query, tell: &mut dyn FnMut(EntryRef<'_>)) -> Result<Option<String>> {
        let _operation = self.context.operation(Op::Scan);
        let group = self.context.group(&query.group)?;
        let question = super::range::fingerprint(&group, query);
        let keys = super::range::keys(self.context, query, question)?;
        let scan =
            Scan { group: &group, keys, reverse: query.reverse, values: query.values, now: self.context.now, skip: 0 };
        let (most, most_bytes) = self.bounds(query.limit);
        self.page_of(&scan, most, most_bytes, Some(question), tell)
    }

    /// `limit` entries of a group after the first `offset`, with values. It costs time in proportion to `offset`; the
    /// page may hold fewer entries because of its byte bound. Its `next` is always `None`.
    ///
    /// # Errors
    /// Those of every read.
    pub fn page(&self, group: &str, offset: u64, limit: u32) -> Result<Page> {
        let _operation = self.context.operation(Op::Page);
        let group = self.context.group(group)?;
        if limit == 0 {
            return Ok(Page::default());
        }
        let keys = Names::with_prefix("");
        let scan = Scan { group: &group, keys, reverse: false, values: true, now: self.context.now, skip: offset };
        let (most, most_bytes) = self.bounds(limit);
        let mut entries = Vec::new();
        let next = self.page_of(&scan, most, most_bytes, None, &mut |entry| entries.push(entry.into()))?;
        Ok(Page { entries, next })
    }

    /// The value of an entry cut at each `separator`, or at each character if that is empty, as Go's `strings.Split` does
    /// it; a byte that is not UTF-8 is a character then.
    ///
    /// # Errors
    /// [`Error::TooLarge`] for more than 100,000 pieces.
    pub fn get_split(&self, group: &str, key: &str, separator: &[u8]) -> Result<Option<Vec<Vec<u8>>>> {
        let _operation = self.context.operation(Op::GetSplit);
        self.bytes(group, key)?.map(|value| text::split(&value, separator)).transpose()
    }

    /// The value of an entry cut at white space, as Unicode has it; no piece is empty.
    ///
    /// # Errors
    /// [`Error::TooLarge`] for more than 100,000 pieces.
    pub fn get_fields(&self, group: &str, key: &str) -> Result<Option<Vec<Vec<u8>>>> {
        let _operation = self.context.operation(Op::GetFields);
        self.bytes(group, key)?.map(|value| text::fields(&value)).transpose()
    }

    /// What a template makes of the entries of a group: Go's `text/template` over a map of keys to values. A key that is not
    /// there prints `<no value>`, as in `{{.key}}`.
    ///
    /// # Errors
    /// [`Error::TemplateParse`], [`Error::TemplateExecution`], also for more than two million steps; [`Error::TooLarge`] for
    /// a template, a group or an answer over the [limits](crate::Limits).
    ///
    /// ```
    /// # use larder_engine::{Config, Larder, TenantId};
    /// # fn main() -> larder_engine::Result<()> {
    /// # let store = Larder::in_memory(Config::new()).tenant(&TenantId::parse("acme")?).store();
    /// store.set("user", "name", b"Ada")?;
    /// assert_eq!(store.render("user", "Hello {{.name}}")?, b"Hello Ada");
    /// # Ok(())
    /// # }
    /// ```
    pub fn render(&self, group: &str, template: &str) -> Result<Vec<u8>> {
        let _operation = self.context.operation(Op::Render);
        context::check(SizeLimit::Template, template.len(), self.context.limits.template_bytes)?;
        text::render(template, &self.template_group(group)?, &self.context.limits)
    }

    fn template_group(&self, group: &str) -> Result<BTreeMap<String, Vec<u8>>> {
        let group = self.context.group(group)?;
        let keys = Names::with_prefix("");
        let scan = Scan { group: &group, keys, reverse: false, values: true, now: self.context.now, skip: 0 };
        let limit = self.context.limits.template_group_bytes;
        let (mut entries, mut bytes) = (BTreeMap::new(), 0);
        self.read.scan(&scan, &mut |row| {
            let value = row.value.unwrap_or_default();
            bytes += row.key.len() + value.len() + RENDER_ENTRY_BYTES;
            if bytes > limit {
                return false;
            }
            entries.insert(row.key.to_owned(), value.into_owned());
            true
        })?;
        context::check(SizeLimit::Entries, bytes, limit)?;
        Ok(entries)
    }

    /// What the scope uses, and its limits.
    ///
    /// # Errors
    /// Those of every read.
    pub fn usage(&self) -> Result<Usage> {
        let _operation = self.context.operation(Op::Usage);
        let context = self.context;
        let expired = self.read.expired_in(&context.groups("")?, context.now)?;
        let used = context::live(self.read.totals(context.account())?, expired);
        let quota = if context.scope.is_some() { context.quota } else { context.tenant_quota };
        Ok(Usage {
            keys: Gauge { used: used.keys, limit: quota.keys },
            groups: Gauge { used: used.groups, limit: quota.groups },
            bytes: Gauge { used: used.bytes, limit: quota.bytes },
            limits: context.limits,
        })
    }

    fn bytes(&self, group: &str, key: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.live(group, key, true)?.and_then(|stored| stored.value))
    }

    pub(super) fn live(&self, group: &str, key: &str, value: bool) -> Result<Option<Stored>> {
        let group = self.context.group(group)?;
        let stored = self.read.get(&group, self.context.key(key)?, value)?;
        let (live, expired) = match stored {
            Some(stored) if !stored.is_live(self.context.now) => (None, true),
            stored => (stored, false),
        };
        if let Some(seen) = &self.seen {
            if !expired {
                seen.open.remember(seen.epoch, &group, key, live.as_ref());
            } else if value {
                seen.expired.replace(Some((group.into_owned(), key.into())));
            }
        }
        if let Some(value) = live.as_ref().and_then(|stored| stored.value.as_ref()) {
            self.context.meters.read(value.len());
        }
        Ok(live)
    }

    /// How many items and bytes a page may have.
    pub(crate) fn bounds(&self, limit: u32) -> (usize, usize) {
        let limits = &self.context.limits;
        let most = if limit == 0 { limits.page_items } else { limits.page_items.min(limit as usize) };
        (most.max(1), limits.page_bytes)
    }

    fn page_of(
        &self,
        scan: &Scan<'_>,
        most: usize,
        most_bytes: usize,
        question: Option<Fingerprint>,
        tell: &mut dyn FnMut(EntryRef<'_>),
    ) -> Result<Option<String>> {
        let (mut number, mut bytes, mut next, mut last) = (0, 0, None, String::new());
        self.read.scan(scan, &mut |row| {
            let size = row.key.len() + row.value.as_ref().map_or(0, |value| value.len());
            if number >= most || (number > 0 && bytes + size > most_bytes) {
                next = question.map(|question| cursor::encode(question, &last));
                return false;
            }
            bytes += size;
            number += 1;
            row.key.clone_into(&mut last);
            let ttl_ms = self.context.ttl(row.expires_at);
            tell(EntryRef { key: row.key, value: row.value.as_deref(), version: row.version, ttl_ms });
            true
        })?;
        self.context.meters.read(bytes);
        Ok(next)
    }
}

fn value(stored: Stored) -> Value {
    Value { bytes: stored.value.unwrap_or_default(), is_counter: stored.counter, version: stored.version }
}

pub(crate) fn entry(context: &Context, key: &str, stored: Stored) -> Entry {
    Entry { key: key.into(), value: stored.value, version: stored.version, ttl_ms: context.ttl(stored.expires_at) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Config, Larder, Quota, ScopeName, TenantId};

    /// Whoever got a cursor knows the fingerprint in it, and anybody can make the checksum.
    #[test]
    fn a_forged_cursor_does_not_lead_out_of_the_scope() {
        let tenant = Larder::in_memory(Config::new()).tenant(&TenantId::parse("acme").unwrap());
        let scope = |name| tenant.scope(ScopeName::parse(name).unwrap(), Quota::default());
        scope("a").set("secret", "k", b"").unwrap();
        let own = scope("b");
        own.set("mine", "k", b"").unwrap();
        let forged = cursor::encode(Fingerprint::of(&[b"groups", b"b:"]), "");
        assert_eq!(own.groups("", Some(&forged), 0).unwrap().groups, ["mine"]);
    }
}
