//! A store is told of its own scope alone. (The host grants the scopes "a" and "A", and all of the tenant.)

use larder_guest::{Filter, Item, Result, Store, Watcher};

fn groups(watcher: &mut Watcher) -> Result<Vec<String>> {
    let items = watcher.try_next(0)?.into_iter();
    Ok(items.map(|item| if let Item::Event(event) = item { event.group } else { "a gap".into() }).collect())
}

fn main() -> Result<()> {
    let (lower, upper, whole) = (Store::open("lower")?, Store::open("upper")?, Store::open("whole")?);
    let mut all = [&lower, &upper, &whole].map(|store| store.watch(Filter::All, None).expect("it is watched"));
    let mut star = lower.watch(Filter::Group("*".into()), None)?;
    lower.set("g", "k", "")?;
    upper.set("*", "k", "")?;
    whole.set("*", "k", "")?;
    whole.delete_prefix("A:")?;
    assert_eq!(groups(&mut all[0])?, ["g"]);
    assert_eq!(groups(&mut all[1])?, ["*", "*"]);
    assert_eq!(groups(&mut all[2])?, ["a:g", "A:*", "*", "A:*"]);
    assert_eq!(groups(&mut star)?, [""; 0]);
    Ok(())
}
