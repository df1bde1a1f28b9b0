"""The package on a real store: a program for `larder run`, which the tests of larder run for two tenants.

It fails with the traceback of the first check that does not hold.
"""

import sys
from datetime import timedelta

from wit_world import exports

from larder_guest import (
    AccessDenied,
    Closed,
    Done,
    InvalidArgument,
    NotACounter,
    Overflow,
    SizeLimit,
    Stale,
    Store,
    TooLarge,
    TransactionOpen,
)


def raises(expected: type[Exception], function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except expected as error:
        return error
    raise AssertionError(f"{expected.__name__} was not raised")


def a_group_is_a_dict(store: Store) -> None:
    group = store.group("dict")
    group["b"] = "two"
    group["a"] = b"\xff\x00"
    assert group["a"] == b"\xff\x00" and group.get("c") is None and "b" in group and "c" not in group
    raises(KeyError, group.__getitem__, "c")
    group.update({"c": b"", "\u00e4\0": "text"}, d=bytearray(b"d"))
    assert list(group) == ["a", "b", "c", "d", "\u00e4\0"]
    assert group.pop("d") == b"d" and group.setdefault("b", "x") == b"two"
    assert dict(group.items()) == {"a": b"\xff\x00", "b": b"two", "c": b"", "\u00e4\0": b"text"}
    del group["b"]
    assert len(group) == 3
    group.clear()
    assert not group and list(group.values()) == []


def scans_page_by_themselves(store: Store) -> None:
    group = store.group("many")
    group.update({f"{n:04}": str(n) for n in range(2500)})
    assert len(group) == 2500
    assert [entry.key for entry in group.scan(page_size=700)] == [f"{n:04}" for n in range(2500)]
    assert list(group.scan_keys("01", page_size=7)) == [f"{n:04}" for n in range(100, 200)]
    assert list(group.scan_keys(start="0998", end="1001")) == ["0998", "0999", "1000"]
    assert next(iter(reversed(group.items()))) == ("2499", b"2499")
    assert group.get_many(["0001", "none", "0000"]) == [b"1", None, b"0"]
    assert group.delete_many(["0001", "none"]) == 1
    assert store.delete_groups("many") == 2499
    error = raises(TooLarge, group.set_many, {str(n): b"" for n in range(10_001)})
    assert (error.what, error.size, error.limit) == (SizeLimit.BATCH, 10_001, 10_000)


def entries_expire(store: Store) -> None:
    group = store.group("ttl")
    group.set("gone", b"", ttl=0)
    group.set("soon", b"", ttl=timedelta(minutes=1))
    assert "gone" not in group
    entry = group.entry("soon")
    assert entry and timedelta(0) < entry.ttl <= timedelta(minutes=1)
    assert group.touch("soon", None) and not group.touch("gone", None)
    assert next(group.scan()).ttl is None
    group.set("eternal", b"", ttl=timedelta.max)
    assert "eternal" in group


def changes_depend_on_what_is_there(store: Store) -> None:
    group = store.group("conditions")
    assert group.increment("n") == 1 and group.increment("n", -5) == -4 and group["n"] == b"-4"
    group["text"] = "x"
    raises(NotACounter, group.increment, "text")
    raises(Overflow, group.increment, "n", -(2**63))
    first = group.compare_and_swap("a", None, "1")
    assert isinstance(first, Done) and isinstance(group.compare_and_swap("a", first.version, "2"), Done)
    match group.compare_and_swap("a", first.version, "3"):
        case Stale(entry):
            assert entry and entry.value == b"2"
            assert isinstance(group.compare_and_delete("a", entry.version), Done)
        case done:
            raise AssertionError(done)
    assert group.compare_and_swap("a", 1, "3") == Stale(None)
    assert group.modify("log", lambda old: (old or b"") + b"!") == b"!"
    assert group.modify("log", lambda old: (old or b"") + b"!") == b"!!"


def transactions_are_all_or_nothing(store: Store) -> None:
    with store.transaction() as t:
        group = t.group("transaction")
        group["kept"] = "yes"
        assert timedelta(0) < t.remaining <= timedelta(minutes=1)
        assert group["kept"] == b"yes" and "kept" not in store.group("transaction")
        raises(TransactionOpen, store.group("transaction").set, "x", b"")
    assert store.group("transaction").entry("kept").version == t.version
    raises(Closed, group.set, "late", b"")

    def fails(t: Store) -> None:
        t.group("transaction").clear()
        raise ZeroDivisionError

    raises(ZeroDivisionError, store.transact, fails)
    assert list(store.group("transaction")) == ["kept"]
    assert store.transact(lambda t: t.group("transaction").increment("n")) == 1
    with store.transaction() as t:
        t.group("transaction")["kept"] = "no"
        t.rollback()
    assert store.group("transaction")["kept"] == b"yes"
    # More of them than an instance may hold at once: each is given back.
    for _ in range(100):
        with store.transaction() as t:
            t.group("transaction").increment("n")


def batches_change_several_groups(store: Store) -> None:
    store.group("old")["x"] = b""
    version = store.batch().set("new", "a", "1").set("new", "b", "2", ttl=60).delete_group("old").apply()
    assert [(entry.key, entry.version) for entry in store.group("new").scan()] == [("a", version), ("b", version)]
    assert list(store.groups("o")) == [] and store.count("new") == 2


def errors_have_their_data(store: Store) -> None:
    raises(AccessDenied, Store.open, "not granted")
    error = raises(TooLarge, store.group("g").set, "k" * 5000, b"")
    assert (error.what, error.size, error.limit) == (SizeLimit.KEY, 5000, 4096), vars(error)
    assert error.__context__ is None or error.__suppress_context__
    assert issubclass(InvalidArgument, Exception) and store.usage().max_key_bytes == 4096


CHECKS = (
    a_group_is_a_dict,
    scans_page_by_themselves,
    entries_expire,
    changes_depend_on_what_is_there,
    transactions_are_all_or_nothing,
    batches_change_several_groups,
    errors_have_their_data,
)


def count(store: Store, steps: int) -> None:
    """Count, once by increments and once by swaps, while programs in other languages do the same."""
    counters = store.group("counters")
    for _ in range(steps):
        counters.increment("by increment")
        counters.modify("by swap", lambda old: str(int(old or b"0") + 1), attempts=10_000)


class Run(exports.Run):
    def run(self) -> None:
        store = Store.open()
        if sys.argv[1] == "count":
            count(store, int(sys.argv[2]))
            return
        store.group("run")["for"] = sys.argv[1]
        for check in CHECKS:
            check(store)
            print("ok", check.__name__)
