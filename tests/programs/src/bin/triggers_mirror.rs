//! Run when something changes: keeps in "mirror" what "source" holds, and fails for what its keys say.

use larder_guest::{EventKind, Item, OnChange, Result, Store};

struct Mirror;

impl OnChange for Mirror {
    fn on_change(label: String, items: Vec<Item>) -> Result<(), String> {
        assert_eq!(label, "source");
        let mirror = Store::open("mirror")?;
        let failing = items.iter().find(|item| matches!(item, Item::Event(event) if fails(&mirror, &event.key)));
        match failing {
            Some(Item::Event(event)) if event.key == "traps" => panic!("on purpose"),
            Some(Item::Event(event)) if event.key == "loops" => loop {
                std::hint::spin_loop();
            },
            Some(Item::Event(event)) => return Err(format!("{} cannot be taken", event.key)),
            _ => {}
        }
        let tx = mirror.begin()?;
        for item in items {
            match item {
                Item::Event(event) if event.kind == EventKind::Set => {
                    tx.set(&event.group, &event.key, event.value.unwrap_or_default())?;
                    let seen = tx.count("order")?;
                    tx.set("order", &format!("{seen:04}"), &event.key)?;
                }
                Item::Event(event) if event.kind == EventKind::DeleteGroup => drop(tx.delete_group(&event.group)?),
                Item::Event(event) => drop(tx.delete(&event.group, &event.key)?),
                Item::Gap(gap) => drop(tx.set("gaps", &format!("{}-{}", gap.from, gap.to), "")?),
            }
        }
        tx.commit()?;
        Ok(())
    }
}

/// Unless the host says that it is mended.
fn fails(mirror: &Store, key: &str) -> bool {
    matches!(key, "bad" | "traps" | "loops") && !mirror.exists("mended", key).expect("the mirror can be read")
}

larder_guest::export_on_change!(Mirror);

fn main() {}
