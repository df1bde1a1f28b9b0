"""Changes that are made together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from . import _raw
from ._raw import call
from .entry import Ttl, Value, to_bytes, to_millis

if TYPE_CHECKING:
    from .store import Store


class Batch:
    """Changes in the order given, all or none: `store.batch().set("a", "k", b"v").delete("b", "k").apply()`."""

    __slots__ = ("_changes", "_store")

    def __init__(self, store: Store) -> None:
        self._store = store
        self._changes: list[Any] = []

    def __len__(self) -> int:
        return len(self._changes)

    def set(self, group: str, key: str, value: Value, ttl: Ttl | None = None) -> Self:
        """Insert or replace an entry."""
        millis = None if ttl is None else to_millis(ttl)
        self._changes.append(_raw.batch.Change_Set(_raw.batch.SetChange(group, key, to_bytes(value), millis)))
        return self

    def delete(self, group: str, key: str) -> Self:
        """Delete an entry, if it is there."""
        self._changes.append(_raw.batch.Change_Delete(_raw.batch.KeyOfGroup(group, key)))
        return self

    def delete_group(self, group: str) -> Self:
        """Delete all entries of a group."""
        self._changes.append(_raw.batch.Change_DeleteGroup(group))
        return self

    def apply(self) -> int:
        """Make all changes, or none when it raises. Returns the version that they got."""
        return int(call(_raw.batch.apply, self._store._handle, self._changes))
