"""Stores, transactions, batches and errors."""

import unittest
from datetime import timedelta

import larder_guest
from larder_guest import (
    AccessDenied,
    Busy,
    Closed,
    Conflict,
    Gauge,
    Holding,
    LarderError,
    Quota,
    QuotaExceeded,
    SizeLimit,
    Store,
    TooLarge,
    TooMany,
    Transaction,
    TransactionOpen,
)
from larder_guest.errors import from_raw

from . import fake


class StoreCase(unittest.TestCase):
    def setUp(self) -> None:
        self.host = fake.reset()
        self.store = Store.open()


class Stores(StoreCase):
    def test_only_what_is_granted_opens(self) -> None:
        with self.assertRaises(AccessDenied) as caught:
            Store.open("theirs")
        self.assertIsNone(caught.exception.__cause__)

    def test_groups_are_listed_counted_and_deleted_by_prefix(self) -> None:
        for n in range(5):
            self.store.group(f"a{n}").update(x=b"", y=b"")
        self.store.group("b")["x"] = b""
        self.assertEqual(list(self.store.groups("a")), [f"a{n}" for n in range(5)])
        self.assertEqual(self.store.count("a"), 10)
        self.assertEqual(self.store.delete_groups("a"), 10)
        self.assertEqual(list(self.store.groups()), ["b"])

    def test_usage_tells_of_limits(self) -> None:
        self.store.group("a")["x"] = b""
        usage = self.store.usage()
        self.assertEqual((usage.keys, usage.groups), (Gauge(1, 10), Gauge(1, None)))
        self.assertEqual(usage.max_key_bytes, 4096)

    def test_a_batch_changes_several_groups_at_once(self) -> None:
        self.store.group("old").update(x=b"", y=b"")
        self.store.group("pending")["ann"] = b"1"
        batch = self.store.batch().set("accounts", "ann", "120").set("seen", "ann", b"", ttl=1)
        batch.delete("pending", "ann").delete_group("old")
        self.assertEqual(len(batch), 4)
        version = batch.apply()
        self.assertEqual(list(self.store.groups()), ["accounts", "seen"])
        self.assertEqual(self.store.group("accounts").entry("ann").version, version)  # type: ignore[union-attr]
        self.assertEqual(self.store.group("seen").entry("ann").ttl, timedelta(seconds=1))  # type: ignore[union-attr]


class Transactions(StoreCase):
    def test_the_end_of_the_block_commits(self) -> None:
        with self.store.transaction() as t:
            t.group("a")["x"] = b"1"
            self.assertIsNone(self.store.group("a").get("x"))
            self.assertEqual(t.remaining, timedelta(seconds=5))
        self.assertEqual(self.store.group("a")["x"], b"1")
        self.assertEqual(self.store.group("a").entry("x").version, t.version)  # type: ignore[union-attr]
        self.assertEqual(self.host.released, ["store"])

    def test_an_exception_undoes_all_and_goes_on(self) -> None:
        with self.assertRaises(ZeroDivisionError), self.store.transaction() as t:
            t.group("a")["x"] = b"1"
            raise ZeroDivisionError
        self.assertNotIn("x", self.store.group("a"))
        self.assertEqual(self.host.released, ["store", "rollback"])
        self.assertIsNone(t.version)

    def test_what_has_ended_is_closed(self) -> None:
        with self.store.transaction() as t:
            group = t.group("a")
            t.rollback()
            with self.assertRaises(Closed):
                group["x"] = b"1"
            with self.assertRaises(Closed):
                group.get_many(["x"])
        self.assertEqual(t.remaining, timedelta(0))
        self.assertEqual(list(self.store.groups()), [])

    def test_a_write_beside_it_is_refused(self) -> None:
        with self.assertRaises(TransactionOpen), self.store.transaction():
            self.store.group("a")["x"] = b"1"
        self.store.group("a")["x"] = b"2"

    def test_a_lost_one_is_run_again(self) -> None:
        self.host.conflicts = 2
        self.assertEqual(self.store.transact(lambda t: t.group("a").increment("n")), 1)
        self.assertEqual(self.store.group("a")["n"], b"1")

    def test_it_is_not_run_again_for_ever_nor_for_other_errors(self) -> None:
        self.host.conflicts = 9
        with self.assertRaises(Conflict):
            self.store.transact(lambda t: t.group("a").increment("n"), attempts=3)
        self.assertEqual(self.host.conflicts, 6)

        runs = []

        def denied(_: Transaction) -> None:
            runs.append(1)
            raise AccessDenied

        with self.assertRaises(AccessDenied):
            self.store.transact(denied)
        self.assertEqual(len(runs), 1)


class Errors(StoreCase):
    def test_an_error_of_the_host_has_its_data(self) -> None:
        with self.assertRaises(TooLarge) as caught:
            self.store.group("a")["k" * 5000] = b""
        error = caught.exception
        self.assertEqual((error.what, error.size, error.limit), (SizeLimit.KEY, 5000, 4096))
        self.assertEqual(str(error), "the key has 5000 bytes and may have 4096: shorten it")

    def test_each_case_of_the_contract_has_a_class(self) -> None:
        data = {
            "InvalidArgument": "cursor",
            "Unsupported": "events",
            "TooLarge": fake.record(what=fake.SizeLimit.BATCH, size=2, limit=1),
            "QuotaExceeded": fake.record(quota=fake.Quota.KEYS, used=10, limit=10),
            "TooMany": fake.record(what=fake.Holding.STORES, limit=64),
        }
        self.assertEqual(sorted(data), sorted(fake.DATA_ERRORS))
        for name in fake.PLAIN_ERRORS + fake.DATA_ERRORS:
            error = from_raw(fake.refuse(name, *([data[name]] if name in data else [])).value)
            self.assertIs(type(error), getattr(larder_guest, name))
            self.assertEqual(error.kind.replace("-", ""), name.lower())
            self.assertTrue(str(error))

    def test_data_are_of_this_package(self) -> None:
        quota = QuotaExceeded(Quota.KEYS, 10, 10)
        self.assertEqual(
            str(quota), "quota exceeded, 10 of 10 keys are in use: delete something, or ask the host for more"
        )
        self.assertEqual(str(TooMany(Holding.ROWS, 4)), "4 open rows are the most there may be: drop one")

    def test_some_are_worth_another_try(self) -> None:
        self.assertTrue(Conflict.retryable and Busy.retryable)
        self.assertFalse(LarderError.retryable or AccessDenied.retryable)
