"""A host in memory: modules in the place of those that componentize-py generates.

It does what the tests need, as the contract says it: versions, times to live by a clock that the test moves, pages by
cursors, transactions that can lose. A transaction works on a copy of the entries.
"""

import sys
from dataclasses import dataclass, field, make_dataclass
from enum import Enum
from struct import pack
from types import ModuleType
from typing import Any


@dataclass(frozen=True)
class Err(Exception):
    value: Any


def case(name: str, *fields: str) -> type:
    return make_dataclass(name, fields)


SizeLimit = Enum("SizeLimit", "GROUP KEY VALUE BATCH RESPONSE TEMPLATE ENTRIES", start=0)
Quota = Enum("Quota", "KEYS GROUPS BYTES", start=0)
Holding = Enum("Holding", "STORES TRANSACTIONS WATCHERS WORKSPACES ROWS ARCHIVES", start=0)

PLAIN_ERRORS = [
    *("AccessDenied", "NotACounter", "Overflow", "TransactionOpen", "TransactionExpired"),
    *("Conflict", "Busy", "Closed", "Unavailable"),
]
DATA_ERRORS = ["InvalidArgument", "TooLarge", "QuotaExceeded", "TooMany", "Unsupported"]


def refuse(name: str, *value: Any) -> Err:
    return Err(case(f"Error_{name}", *(["value"] if value else []))(*value))


def record(**fields: Any) -> Any:
    return make_dataclass("Record", fields)(**fields)


@dataclass
class Row:
    value: bytes
    version: int
    expires: int | None = None
    counter: bool = False


Rows = dict[tuple[str, str], Row]


@dataclass
class Host:
    rows: Rows = field(default_factory=dict)
    version: int = 0
    now_ms: int = 0
    page: int = 3
    """Entries in a page when the guest leaves it to the host."""
    calls: list[str] = field(default_factory=list)
    conflicts: int = 0
    """Commits that will lose."""
    in_transaction: bool = False
    released: list[str] = field(default_factory=list)


host = Host()


def reset() -> Host:
    for name, value in vars(Host()).items():
        setattr(host, name, value)
    return host


class Store:
    def __init__(self, rows: Rows | None = None, within: "Transaction | None" = None) -> None:
        self._own, self._within = rows, within

    @classmethod
    def open(cls, label: str) -> "Store":
        if label != "default":
            raise refuse("AccessDenied")
        return cls()

    def __exit__(self, *_: Any) -> None:
        host.released.append("store")

    def rows(self) -> Rows:
        rows = host.rows if self._own is None else self._own
        for name, row in list(rows.items()):
            if row.expires is not None and row.expires <= host.now_ms:
                del rows[name]
        return rows

    def write(self, call: str) -> int:
        host.calls.append(call)
        if host.in_transaction and self._within is None:
            raise refuse("TransactionOpen")
        if self._within is None:
            host.version += 1
            return host.version
        return self._within.version

    def get(self, group: str, key: str) -> bytes | None:
        host.calls.append("get")
        row = self.rows().get((group, key))
        return row and row.value

    def get_entry(self, group: str, key: str) -> Any:
        host.calls.append("get_entry")
        row = self.rows().get((group, key))
        return row and raw_entry(key, row)

    def exists(self, group: str, key: str) -> bool:
        return (group, key) in self.rows()

    def group_exists(self, group: str) -> bool:
        return any(name == group for name, _ in self.rows())

    def set(self, group: str, key: str, value: bytes) -> int:
        return self.put(group, key, value, None, "set")

    def set_with_ttl(self, group: str, key: str, value: bytes, ttl_ms: int) -> int:
        return self.put(group, key, value, host.now_ms + ttl_ms, "set_with_ttl")

    def put(self, group: str, key: str, value: bytes, expires: int | None, call: str) -> int:
        assert type(value) is bytes, "the bindings take bytes alone"
        if len(key) > 4096:
            raise refuse("TooLarge", record(what=SizeLimit.KEY, size=len(key), limit=4096))
        version = self.write(call)
        self.rows()[group, key] = Row(value, version, expires)
        return version

    def touch(self, group: str, key: str, ttl_ms: int | None) -> bool:
        version, row = self.write("touch"), self.rows().get((group, key))
        if row is None:
            return False
        row.version, row.expires = version, None if ttl_ms is None else host.now_ms + ttl_ms
        return True

    def delete(self, group: str, key: str) -> bool:
        self.write("delete")
        return self.rows().pop((group, key), None) is not None

    def delete_group(self, group: str) -> int:
        return self._delete_where("delete_group", lambda name: name == group)

    def delete_prefix(self, prefix: str) -> int:
        return self._delete_where("delete_prefix", lambda name: name.startswith(prefix))

    def _delete_where(self, call: str, unwanted: Any) -> int:
        self.write(call)
        names = [name for name in self.rows() if unwanted(name[0])]
        for name in names:
            del self.rows()[name]
        return len(names)

    def count(self, group: str) -> int:
        return sum(name == group for name, _ in self.rows())

    def count_all(self, prefix: str) -> int:
        return sum(name.startswith(prefix) for name, _ in self.rows())

    def groups(self, prefix: str, cursor: str | None, limit: int) -> Any:
        names = sorted({name for name, _ in self.rows() if name.startswith(prefix) and name > (cursor or "")})
        page = names[: limit or host.page]
        return record(groups=page, next=page[-1] if len(page) < len(names) else None)

    def scan(self, query: Any) -> Any:
        host.calls.append("scan")
        entries, following = self._page(query)
        return record(entries=entries, next=following)

    def scan_packed(self, query: Any) -> Any:
        host.calls.append("scan_packed")
        entries, following = self._page(query)
        packed = b"".join(map(packed_entry, entries))
        return record(entries=packed, number=len(entries), next=following)

    def _page(self, query: Any) -> tuple[list[Any], str | None]:
        def wanted(key: str) -> bool:
            low, high = query.start, query.end
            return (
                key.startswith(query.prefix)
                and (not isinstance(low, Bound_Included) or key >= low.value)
                and (not isinstance(high, Bound_Excluded) or key < high.value)
                and (query.cursor is None or (key < query.cursor if query.reverse else key > query.cursor))
            )

        names = sorted(
            (key for group, key in self.rows() if group == query.group and wanted(key)), reverse=query.reverse
        )
        page = names[: query.limit or host.page]
        following = page[-1] if len(page) < len(names) else None
        return [raw_entry(key, self.rows()[query.group, key], query.values) for key in page], following

    def purge_expired(self) -> int:
        return 0

    def usage(self) -> Any:
        keys = record(used=len(self.rows()), limit=10)
        groups = record(used=len({group for group, _ in self.rows()}), limit=None)
        size = record(used=0, limit=None)
        return record(keys=keys, groups=groups, bytes=size, max_group_bytes=1024, max_key_bytes=4096, max_value_bytes=9)


def raw_entry(key: str, row: Row, values: bool = True) -> Any:
    ttl = None if row.expires is None else row.expires - host.now_ms
    return record(key=key, value=row.value if values else None, version=row.version, ttl_ms=ttl)


def packed_entry(entry: Any) -> bytes:
    key = entry.key.encode()
    ttl = 2**64 - 1 if entry.ttl_ms is None else entry.ttl_ms
    return pack("<QQII", entry.version, ttl, len(key), len(entry.value)) + key + entry.value


class Transaction:
    def __init__(self) -> None:
        host.in_transaction = True
        host.version += 1
        self.version = host.version
        self.rows = dict(host.rows)

    @classmethod
    def begin(cls, of: Store) -> "Transaction":
        if host.in_transaction:
            raise refuse("TransactionOpen")
        return cls()

    def store(self) -> Store:
        return Store(self.rows, self)

    def remaining_ms(self) -> int:
        return 5000

    @classmethod
    def commit(cls, transaction: "Transaction") -> int:
        host.in_transaction = False
        if host.conflicts > 0:
            host.conflicts -= 1
            raise refuse("Conflict")
        host.rows = transaction.rows
        return transaction.version

    @classmethod
    def rollback(cls, transaction: "Transaction") -> None:
        host.in_transaction = False
        host.released.append("rollback")


Bound_Unbounded = case("Bound_Unbounded")
Bound_Included = case("Bound_Included", "value")
Bound_Excluded = case("Bound_Excluded", "value")
Query = case("Query", "group", "prefix", "start", "end", "reverse", "values", "limit", "cursor")
Change_Set = case("Change_Set", "value")
Change_Delete = case("Change_Delete", "value")
Change_DeleteGroup = case("Change_DeleteGroup", "value")
SetChange = case("SetChange", "group", "key", "value", "ttl_ms")
KeyOfGroup = case("KeyOfGroup", "group", "key")
Outcome_Done = case("Outcome_Done", "value")
Outcome_Stale = case("Outcome_Stale", "value")


def get_many(store: Store, group: str, keys: list[str]) -> list[bytes | None]:
    return [store.get(group, key) for key in keys]


def set_many(store: Store, group: str, entries: list[tuple[str, bytes]]) -> int:
    version = store.write("set_many")
    for key, value in entries:
        store.rows()[group, key] = Row(value, version)
    return version


def delete_many(store: Store, group: str, keys: list[str]) -> int:
    store.write("delete_many")
    return sum(store.rows().pop((group, key), None) is not None for key in keys)


def apply(store: Store, changes: list[Any]) -> int:
    version = store.write("apply")
    for change in changes:
        match change:
            case Change_Set(value=new):
                expires = None if new.ttl_ms is None else host.now_ms + new.ttl_ms
                store.rows()[new.group, new.key] = Row(new.value, version, expires)
            case Change_Delete(value=old):
                store.rows().pop((old.group, old.key), None)
            case Change_DeleteGroup(value=group):
                store.delete_group(group)
    return version


def increment(store: Store, group: str, key: str, delta: int) -> int:
    row = store.rows().get((group, key), Row(b"0", 0))
    if not row.value.lstrip(b"-").isdigit():
        raise refuse("NotACounter")
    total = int(row.value) + delta
    if not -(2**63) <= total < 2**63:
        raise refuse("Overflow")
    store.rows()[group, key] = Row(str(total).encode(), store.write("increment"), row.expires)
    return total


def compare_and_swap(store: Store, group: str, key: str, expected: int | None, value: bytes) -> Any:
    row = store.rows().get((group, key))
    if (row and row.version) != expected:
        return Outcome_Stale(row and raw_entry(key, row))
    return Outcome_Done(store.put(group, key, value, None, "compare_and_swap"))


def compare_and_delete(store: Store, group: str, key: str, expected: int) -> Any:
    row = store.rows().get((group, key))
    if row is None or row.version != expected:
        return Outcome_Stale(row and raw_entry(key, row))
    store.delete(group, key)
    return Outcome_Done(host.version)


def module(name: str, *members: Any, **named: Any) -> ModuleType:
    made = ModuleType(name)
    for member in members:
        setattr(made, member.__name__, member)
    vars(made).update(named)
    sys.modules[name] = made
    return made


def install() -> None:
    """Before the package is imported for the first time."""
    imports = "larder_guest.bindings.imports"
    module("componentize_py_types", Err)
    parts = {
        "larder_store": module(
            f"{imports}.larder_store", Store, Query, Bound_Unbounded, Bound_Included, Bound_Excluded
        ),
        "larder_batch": module(
            f"{imports}.larder_batch",
            *(get_many, set_many, delete_many, apply, SetChange, KeyOfGroup),
            *(Change_Set, Change_Delete, Change_DeleteGroup),
        ),
        "larder_atomics": module(f"{imports}.larder_atomics", increment, compare_and_swap, compare_and_delete),
        "larder_transactions": module(f"{imports}.larder_transactions", Transaction),
    }
    module(imports, **parts)
