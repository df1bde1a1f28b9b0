"""What goes into a store and what comes out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from struct import Struct
from typing import Any, TypeAlias

Value: TypeAlias = bytes | bytearray | memoryview | str
"""What can be stored. Text is stored as UTF-8, and read as bytes like everything else."""

Ttl: TypeAlias = timedelta | float
"""How long an entry lives; a number is in seconds. It counts in milliseconds, rounded up."""

_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a group."""

    key: str
    value: bytes
    version: int
    """The commit that wrote it: greater for each later commit, never used twice."""
    ttl: timedelta | None
    """How long it will live; `None`: for ever."""


@dataclass(frozen=True, slots=True)
class Done:
    """A conditional change was made."""

    version: int


@dataclass(frozen=True, slots=True)
class Stale:
    """A conditional change was not made: the entry is at another version."""

    entry: Entry | None
    """What it is now; `None`: it is absent."""


Outcome: TypeAlias = Done | Stale


@dataclass(frozen=True, slots=True)
class Gauge:
    """An amount and its limit."""

    used: int
    limit: int | None
    """`None`: unlimited."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a store uses. Expired entries do not count."""

    keys: Gauge
    groups: Gauge
    bytes: Gauge
    max_group_bytes: int
    max_key_bytes: int
    max_value_bytes: int


def to_bytes(value: Value) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode()
    # Of an int, `bytes` would make so many zeros.
    if isinstance(value, bytearray | memoryview):
        return bytes(value)
    raise TypeError(f"a value is bytes or str, not {type(value).__name__}")


def to_millis(ttl: Ttl) -> int:
    """Rounded up, so that a short time is not taken for none."""
    span = ttl if isinstance(ttl, timedelta) else timedelta(seconds=ttl)
    if span < timedelta(0):
        raise ValueError("a time to live is not negative")
    whole, part = divmod(span, _MILLISECOND)
    return whole + bool(part)


def entry_from_raw(entry: Any) -> Entry:
    ttl = None if entry.ttl_ms is None else _span(entry.ttl_ms)
    return Entry(entry.key, entry.value or b"", entry.version, ttl)


def outcome_from_raw(outcome: Any) -> Outcome:
    if type(outcome).__name__ == "Outcome_Done":
        return Done(outcome.value)
    return Stale(None if outcome.value is None else entry_from_raw(outcome.value))


def usage_from_raw(usage: Any) -> Usage:
    keys, groups, size = (Gauge(gauge.used, gauge.limit) for gauge in (usage.keys, usage.groups, usage.bytes))
    return Usage(keys, groups, size, usage.max_group_bytes, usage.max_key_bytes, usage.max_value_bytes)


_HEAD = Struct("<QQII")
_NEVER = 2**64 - 1


def unpack(page: bytes) -> Iterator[Entry]:
    """The entries of a packed page; the contract has its layout."""
    at = 0
    while at < len(page):
        version, ttl, key_bytes, value_bytes = _HEAD.unpack_from(page, at)
        key_at = at + _HEAD.size
        value_at = key_at + key_bytes
        at = value_at + value_bytes
        yield Entry(page[key_at:value_at].decode(), page[value_at:at], version, None if ttl == _NEVER else _span(ttl))


def _span(millis: int) -> timedelta:
    # A time to live can be longer than Python's longest span, which is nearly for ever too.
    return min(millis, timedelta.max // _MILLISECOND) * _MILLISECOND
