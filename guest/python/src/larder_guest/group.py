"""One group of a store, as a dict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from collections.abc import ItemsView as _ItemsView
from collections.abc import ValuesView as _ValuesView
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar, overload

from . import _raw
from ._raw import call
from .entry import (
    Done,
    Entry,
    Outcome,
    Stale,
    Ttl,
    Value,
    entry_from_raw,
    outcome_from_raw,
    to_bytes,
    to_millis,
    unpack,
)
from .errors import Conflict

if TYPE_CHECKING:
    from .store import Store

D = TypeVar("D")

_MISSING: Any = object()

# Items in one call of `update`: far below what hosts take, and enough that the calls cost little.
_CHUNK = 1000


class Group(MutableMapping[str, bytes]):
    """A group of a store: a dict on disk, ordered by the bytes of its keys.

    Each method is one transaction (iterating reads a page at a time); when it returns, a write is on disk. Entries that
    others write while it is iterated are seen if they lie ahead. Every method can raise a `LarderError`.
    """

    __slots__ = ("_name", "_store")

    def __init__(self, store: Store, name: str) -> None:
        self._store = store
        self._name = name

    @property
    def name(self) -> str:
        return self._name

    @property
    def store(self) -> Store:
        """The store, or the transaction, that the group is in."""
        return self._store

    def __repr__(self) -> str:
        return f"<group {self._name!r}>"

    # What a dict has.

    def __getitem__(self, key: str) -> bytes:
        value: bytes | None = call(self._handle.get, self._name, key)
        if value is None:
            raise KeyError(key)
        return value

    def __setitem__(self, key: str, value: Value) -> None:
        self.set(key, value)

    def __delitem__(self, key: str) -> None:
        if not self.delete(key):
            raise KeyError(key)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and bool(call(self._handle.exists, self._name, key))

    def __len__(self) -> int:
        return int(call(self._handle.count, self._name))

    def __bool__(self) -> bool:
        return bool(call(self._handle.group_exists, self._name))

    def __iter__(self) -> Iterator[str]:
        return self.scan_keys()

    def __reversed__(self) -> Iterator[str]:
        return self.scan_keys(reverse=True)

    def items(self) -> _ItemsView[str, bytes]:
        return _Items(self)

    def values(self) -> _ValuesView[bytes]:
        return _Values(self)

    def clear(self) -> None:
        call(self._handle.delete_group, self._name)

    @overload
    def pop(self, key: str, /) -> bytes: ...
    @overload
    def pop(self, key: str, /, default: D) -> bytes | D: ...
    def pop(self, key: str, /, default: Any = _MISSING) -> Any:
        """Delete an entry and return what it held, also while others write to it."""
        entry = self.entry(key)
        while entry is not None:
            outcome = self.compare_and_delete(key, entry.version)
            if isinstance(outcome, Done):
                return entry.value
            entry = outcome.entry
        if default is _MISSING:
            raise KeyError(key)
        return default

    def setdefault(self, key: str, default: Value = b"") -> bytes:
        """The value of an entry, which is inserted if it is absent."""
        outcome = self.compare_and_swap(key, None, default)
        if isinstance(outcome, Stale) and outcome.entry is not None:
            return outcome.entry.value
        return to_bytes(default)

    def update(  # type: ignore[override]
        self, other: Mapping[str, Value] | Iterable[tuple[str, Value]] = (), /, **more: Value
    ) -> None:
        """Set many entries, a thousand in a transaction; `set_many` is all or nothing."""
        pairs = iter((dict(other) | more).items())
        while chunk := list(islice(pairs, _CHUNK)):
            self.set_many(chunk)

    # What a dict has not.

    def entry(self, key: str) -> Entry | None:
        """An entry with its version and remaining time to live."""
        entry = call(self._handle.get_entry, self._name, key)
        return None if entry is None else entry_from_raw(entry)

    def set(self, key: str, value: Value, ttl: Ttl | None = None) -> int:
        """Insert or replace an entry and return its version. It is gone after `ttl`; without one it stays for ever.

        Raises `TooLarge` and `QuotaExceeded` among others.
        """
        if ttl is None:
            return int(call(self._handle.set, self._name, key, to_bytes(value)))
        return int(call(self._handle.set_with_ttl, self._name, key, to_bytes(value), to_millis(ttl)))

    def touch(self, key: str, ttl: Ttl | None) -> bool:
        """Change how long an entry lives, `None`: for ever. Returns whether it was there."""
        return bool(call(self._handle.touch, self._name, key, None if ttl is None else to_millis(ttl)))

    def delete(self, key: str) -> bool:
        """Delete an entry. Returns whether it was there."""
        return bool(call(self._handle.delete, self._name, key))

    def scan(
        self,
        prefix: str = "",
        start: str | None = None,
        end: str | None = None,
        *,
        reverse: bool = False,
        page_size: int = 0,
    ) -> Iterator[Entry]:
        """The entries whose keys start with `prefix` and lie in a range, in order.

        The range is from `start` to before `end`, in byte order, also when `reverse` reads it from its end. Pages of
        `page_size` entries are fetched when they are needed; 0 leaves that to the host.
        """
        query = self._query(prefix, start, end, reverse, True, page_size)
        for page in _pages(self._handle.scan_packed, query):
            yield from unpack(page)

    def scan_keys(
        self,
        prefix: str = "",
        start: str | None = None,
        end: str | None = None,
        *,
        reverse: bool = False,
        page_size: int = 0,
    ) -> Iterator[str]:
        """As `scan`, the keys alone, which spares the host reading the values."""
        query = self._query(prefix, start, end, reverse, False, page_size)
        for page in _pages(self._handle.scan, query):
            for entry in page:
                yield entry.key

    def get_many(self, keys: Iterable[str]) -> list[bytes | None]:
        """The values of many keys in the order asked for, `None` for those that are absent."""
        return list(call(_raw.batch.get_many, self._handle, self._name, list(keys)))

    def set_many(self, entries: Mapping[str, Value] | Iterable[tuple[str, Value]]) -> int:
        """Insert or replace many entries, all or none. Returns the version that all of them got.

        Raises `TooLarge` for more than the host takes (10,000 unless changed).
        """
        pairs = entries.items() if isinstance(entries, Mapping) else entries
        raw = [(key, to_bytes(value)) for key, value in pairs]
        return int(call(_raw.batch.set_many, self._handle, self._name, raw))

    def delete_many(self, keys: Iterable[str]) -> int:
        """Delete many entries, all or none. Returns how many were there."""
        return int(call(_raw.batch.delete_many, self._handle, self._name, list(keys)))

    def increment(self, key: str, by: int = 1) -> int:
        """Add to a counter and return the sum. An absent entry counts as 0; a time to live stays.

        A counter reads as decimal digits. Raises `NotACounter` and `Overflow` among others.
        """
        return int(call(_raw.atomics.increment, self._handle, self._name, key, by))

    def compare_and_swap(self, key: str, expected: int | None, value: Value) -> Outcome:
        """Replace an entry only if it is at version `expected`; `None`: insert it only if it is absent."""
        raw = call(_raw.atomics.compare_and_swap, self._handle, self._name, key, expected, to_bytes(value))
        return outcome_from_raw(raw)

    def compare_and_delete(self, key: str, expected: int) -> Outcome:
        """Delete an entry only if it is at version `expected`."""
        return outcome_from_raw(call(_raw.atomics.compare_and_delete, self._handle, self._name, key, expected))

    def modify(self, key: str, change: Callable[[bytes | None], Value], attempts: int = 16) -> bytes:
        """Replace a value by what `change` makes of it, and return the new one.

        `change` gets the old value, `None` for an absent entry, and is called again when another writer was faster. A
        time to live is cleared. Raises `Conflict` when others were always faster, and what `change` raises.
        """
        entry = self.entry(key)
        for _ in range(attempts):
            value = to_bytes(change(None if entry is None else entry.value))
            outcome = self.compare_and_swap(key, None if entry is None else entry.version, value)
            if isinstance(outcome, Done):
                return value
            entry = outcome.entry
        raise Conflict

    @property
    def _handle(self) -> Any:
        return self._store._handle

    def _query(
        self, prefix: str, start: str | None, end: str | None, reverse: bool, values: bool, limit: int
    ) -> Callable[[str | None], Any]:
        raw = _raw.store
        low = raw.Bound_Unbounded() if start is None else raw.Bound_Included(start)
        high = raw.Bound_Unbounded() if end is None else raw.Bound_Excluded(end)
        return lambda cursor: raw.Query(self._name, prefix, low, high, reverse, values, limit, cursor)


def _pages(fetch: Callable[[Any], Any], query: Callable[[str | None], Any]) -> Iterator[Any]:
    cursor = None
    while True:
        page = call(fetch, query(cursor))
        yield page.entries
        cursor = page.next
        if cursor is None:
            return


# Those of the standard library would ask for the values one by one.
class _Items(_ItemsView[str, bytes]):
    _mapping: Group

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        return ((entry.key, entry.value) for entry in self._mapping.scan())

    def __reversed__(self) -> Iterator[tuple[str, bytes]]:
        return ((entry.key, entry.value) for entry in self._mapping.scan(reverse=True))


class _Values(_ValuesView[bytes]):
    _mapping: Group

    def __iter__(self) -> Iterator[bytes]:
        return (entry.value for entry in self._mapping.scan())

    def __reversed__(self) -> Iterator[bytes]:
        return (entry.value for entry in self._mapping.scan(reverse=True))
