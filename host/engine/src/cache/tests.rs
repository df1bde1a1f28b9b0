use super::*;
use crate::backend::Row;

fn row(value: &[u8]) -> Known {
    Known::Row(KnownRow { value: value.into(), version: 1, expires_at: None, counter: false })
}

fn get(cache: &Cache, stamp: u64, key: &str) -> Option<Known> {
    Name::with(None, "g", key, |name| cache.get(stamp, name))
}

fn fill(cache: &Arc<Cache>, epoch: Epoch, key: &str, known: Known) {
    Name::with(None, "g", key, |name| cache.fill(epoch, name, known));
}

fn put(key: &str, value: &[u8]) -> Changes {
    let mut changes = Changes::default();
    changes.put(&Row { group: "g", key, value, version: 2, expires_at: None, counter: false });
    changes
}

fn cache(bytes: u64) -> Arc<Cache> {
    let cache = Cache::new(&Budget::new(bytes));
    cache.keep_at(1);
    cache
}

#[test]
fn a_name_tells_group_and_key_apart_and_is_the_same_in_a_scope() {
    let whole = |group, key| Name::with(None, group, key, <[u8]>::to_vec);
    assert_ne!(whole("ab", "c"), whole("a", "bc"));
    assert_eq!(Name::with(Some("s"), "g", "k", <[u8]>::to_vec), whole("s:g", "k"));
    let long = "x".repeat(10_000);
    for (group, key) in [("g", "k"), ("", ""), (&long, "k"), ("g", &long)] {
        let name = Name::from(&whole(group, key)[..]);
        assert_eq!(name.group(), group.as_bytes());
    }
}

#[test]
fn it_answers_for_its_own_state_alone() {
    let cache = cache(1 << 20);
    fill(&cache, cache.epoch(), "k", row(b"v"));
    assert_eq!(get(&cache, 1, "k"), Some(row(b"v")));
    assert_eq!(get(&cache, 2, "k"), None);
    assert_eq!(get(&cache, 0, "k"), None);
    cache.keep_at(2);
    assert_eq!(get(&cache, 2, "k"), None);
}

#[test]
fn what_was_read_before_a_commit_is_not_entered_after_it() {
    let cache = cache(1 << 20);
    let epoch = cache.epoch();
    cache.committed(put("k", b"new"), Some(2));
    fill(&cache, epoch, "k", row(b"old"));
    fill(&cache, epoch, "other", row(b"old"));
    assert_eq!(get(&cache, 2, "k").map(|known| matches!(known, Known::Row(row) if &*row.value == b"new")), Some(true));
    assert_eq!(get(&cache, 2, "other"), None);
}

#[test]
fn a_commit_after_which_another_may_have_come_leaves_nothing_to_answer() {
    let cache = cache(1 << 20);
    fill(&cache, cache.epoch(), "k", row(b"v"));
    cache.committed(Changes::default(), None);
    assert_eq!(get(&cache, 1, "k"), None);
    assert_eq!(get(&cache, 2, "k"), None);
    cache.keep_at(2);
    assert_eq!(get(&cache, 2, "k"), None);
}

#[test]
fn a_group_that_goes_takes_its_own_entries_and_no_other() {
    let cache = cache(1 << 20);
    for (group, key) in [("g", "k"), ("gk", ""), ("h", "k")] {
        Name::with(None, group, key, |name| cache.fill(cache.epoch(), name, row(b"v")));
    }
    let mut changes = put("early", b"v");
    changes.remove_group("g");
    changes.put(&Row { group: "g", key: "late", value: b"v", version: 2, expires_at: None, counter: false });
    cache.committed(changes, Some(2));
    let known = |group, key| Name::with(None, group, key, |name| cache.get(2, name)).is_some();
    assert_eq!(
        [known("g", "k"), known("g", "early"), known("g", "late"), known("gk", ""), known("h", "k")],
        [false, false, true, true, true]
    );
}

#[test]
fn a_commit_of_much_costs_bounded_memory_and_forgets_what_it_does_not_tell() {
    let cache = cache(64 << 20);
    let key = |n: usize| n.to_string();
    for n in [0, 100_000] {
        fill(&cache, cache.epoch(), &key(n), row(b"old"));
    }
    let mut changes = Changes::default();
    for n in 0..50_000 {
        let key = key(n);
        changes.put(&Row { group: "g", key: &key, value: b"new", version: 2, expires_at: None, counter: false });
    }
    cache.committed(changes, Some(2));
    assert_eq!((get(&cache, 2, "0"), get(&cache, 2, "100000")), (None, None));
}

#[test]
fn what_is_in_use_survives_a_scan_of_many_times_the_room() {
    let cache = cache(1 << 20);
    let hot: Vec<String> = (0..100).map(|n| format!("hot{n}")).collect();
    for key in &hot {
        fill(&cache, cache.epoch(), key, row(&[0; 64]));
    }
    for n in 0..100_000 {
        if n % 10 == 0 {
            get(&cache, 1, &hot[n / 10 % hot.len()]);
        }
        fill(&cache, cache.epoch(), &n.to_string(), row(&[0; 64]));
    }
    let kept = hot.iter().filter(|key| get(&cache, 1, key).is_some()).count();
    assert!(kept > 90, "{kept} of 100");
    assert!(cache.bytes() <= 1 << 20, "{}", cache.bytes());
}

#[test]
fn one_alone_uses_all_and_gives_the_others_their_share() {
    let budget = Budget::new(8 << 20);
    let fill_up = |cache: &Arc<Cache>| {
        cache.keep_at(1);
        for n in 0..40_000 {
            fill(cache, cache.epoch(), &n.to_string(), row(&[0; 256]));
        }
        cache.bytes()
    };
    let one = Cache::new(&budget);
    assert!(fill_up(&one) > 7 << 20);
    let others: Vec<_> = (0..3).map(|_| Cache::new(&budget)).collect();
    for other in &others {
        assert!(fill_up(other) > 3 << 19, "{}", other.bytes());
    }
    let all = || one.bytes() + others.iter().map(|other| other.bytes()).sum::<u64>();
    assert!(all() <= 8 << 20, "{}", all());
    assert!(one.bytes() > 3 << 19, "{}", one.bytes());
    drop(others);
    assert!(fill_up(&one) > 7 << 20);
}

#[test]
fn an_entry_that_is_large_beside_the_whole_is_not_kept() {
    let cache = cache(1 << 20);
    fill(&cache, cache.epoch(), "large", row(&[0; 100_000]));
    fill(&cache, cache.epoch(), "small", row(&[0; 10_000]));
    assert_eq!(get(&cache, 1, "large"), None);
    assert!(get(&cache, 1, "small").is_some());
    let none = self::cache(0);
    fill(&none, none.epoch(), "k", row(b""));
    assert_eq!(get(&none, 1, "k"), None);
}
