"""What is kept of items, and where.

| group | key | value |
|---|---|---|
| `items` | an item's id | the item as JSON |
| `by-time` | time, `/`, id | nothing: the order of keys is the order of time |
| `tags` | a tag | a counter: how many unread items have it |
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from feed import Item
from larder_guest import Group, Store

# Transactions are short: a feed of any length is added in several.
ITEMS_AT_ONCE = 500


@dataclass
class Added:
    new: int = 0
    changed: int = 0
    known: int = 0


def add(store: Store, items: list[Item]) -> Added:
    """Keep what is new, and take over what was changed. An item that was read stays read."""
    added = Added()
    for start in range(0, len(items), ITEMS_AT_ONCE):
        chunk = {item.id: item for item in items[start : start + ITEMS_AT_ONCE]}
        # Counted when it is committed: the work can be run more than once.
        counts = store.transact(lambda t, chunk=chunk: _add(t, chunk))
        added = Added(added.new + counts.new, added.changed + counts.changed, added.known + counts.known)
    return added


def _add(t: Store, items: dict[str, Item]) -> Added:
    added, batch, tags = Added(), t.batch(), t.group("tags")
    for (key, item), there in zip(items.items(), t.group("items").get_many(items), strict=True):
        old = None if there is None else json.loads(there)
        record = asdict(item) | {"tags": list(item.tags), "read": bool(old and old["read"])}
        if record == old:
            added.known += 1
            continue
        if old is None:
            added.new += 1
        else:
            added.changed += 1
            batch.delete("by-time", _by_time(old))
        batch.set("items", key, json.dumps(record)).set("by-time", _by_time(record), b"")
        if not record["read"]:
            _count(tags, old["tags"] if old else [], record["tags"])
    batch.apply()
    return added


def unread(store: Store, tag: str | None = None) -> Iterator[dict]:
    """The newest first. They are read as they are asked for: a page of keys, then item by item."""
    items = store.group("items")
    for key in store.group("by-time").scan_keys(reverse=True):
        item = json.loads(items[key.rpartition("/")[2]])
        if not item["read"] and (tag is None or tag in item["tags"]):
            yield item


def mark_read(store: Store, ids: list[str]) -> list[str]:
    """Answers which of the ids are not there; then none was marked."""

    def work(t: Store) -> list[str]:
        items = t.group("items")
        found = dict(zip(ids, items.get_many(ids), strict=True))
        if missing := [key for key, there in found.items() if there is None]:
            return missing
        for key, there in found.items():
            item = json.loads(there)
            if not item["read"]:
                _count(t.group("tags"), item["tags"], [])
                items[key] = json.dumps(item | {"read": True})
        return []

    return store.transact(work)


def tags(store: Store) -> list[tuple[str, int]]:
    """Tags with the number of unread items that have them, most first."""
    counts = [(tag, int(count)) for tag, count in store.group("tags").items()]
    return sorted(counts, key=lambda pair: (-pair[1], pair[0]))


def _count(tags: Group, before: list[str], after: list[str]) -> None:
    for tag in before:
        if tag not in after and tags.increment(tag, -1) == 0:
            del tags[tag]
    for tag in after:
        if tag not in before:
            tags.increment(tag)


def _by_time(item: dict) -> str:
    return f"{item['published']}/{item['id']}"
