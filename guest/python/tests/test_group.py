"""A group is a dict, and more."""

import unittest
from datetime import timedelta

from larder_guest import Conflict, Done, Entry, NotACounter, Overflow, Stale, Store

from . import fake


class GroupCase(unittest.TestCase):
    def setUp(self) -> None:
        self.host = fake.reset()
        self.group = Store.open().group("g")


class AsADict(GroupCase):
    def test_items_are_set_read_and_deleted(self) -> None:
        self.group["a"] = b"1"
        self.group["b"] = "two"
        self.assertEqual(self.group["a"], b"1")
        self.assertEqual(self.group["b"], b"two")
        self.assertIn("a", self.group)
        self.assertNotIn("c", self.group)
        self.assertEqual(len(self.group), 2)
        del self.group["a"]
        self.assertNotIn("a", self.group)

    def test_an_absent_key_is_a_key_error(self) -> None:
        with self.assertRaises(KeyError):
            self.group["a"]
        with self.assertRaises(KeyError):
            del self.group["a"]
        self.assertIsNone(self.group.get("a"))
        self.assertEqual(self.group.get("a", b"other"), b"other")

    def test_what_is_no_text_is_in_no_group(self) -> None:
        self.assertFalse(1 in self.group)

    def test_an_empty_value_is_there(self) -> None:
        self.group["a"] = b""
        self.assertEqual(self.group["a"], b"")
        self.assertIn("a", self.group)

    def test_a_group_is_true_when_it_has_an_entry(self) -> None:
        self.assertFalse(self.group)
        self.group["a"] = b""
        self.assertTrue(self.group)

    def test_only_bytes_and_text_are_values(self) -> None:
        self.group["a"] = bytearray(b"x")
        self.group["b"] = memoryview(b"y")
        self.assertEqual(self.group["a"] + self.group["b"], b"xy")
        for wrong in (5, None, ["x"]):
            with self.assertRaises(TypeError):
                self.group["c"] = wrong  # type: ignore[assignment]

    def test_iterating_pages_by_itself_in_the_order_of_keys(self) -> None:
        keys = [f"k{n}" for n in range(8)]
        for key in reversed(keys):
            self.group[key] = key
        self.host.calls.clear()
        self.assertEqual(list(self.group), keys)
        self.assertEqual(self.host.calls, ["scan"] * 3)
        self.assertEqual(list(reversed(self.group)), keys[::-1])

    def test_items_and_values_come_with_their_pages(self) -> None:
        for n in range(8):
            self.group[f"k{n}"] = str(n)
        self.host.calls.clear()
        self.assertEqual(dict(self.group.items()), {f"k{n}": str(n).encode() for n in range(8)})
        self.assertEqual(list(self.group.values()), [str(n).encode() for n in range(8)])
        self.assertEqual(self.host.calls, ["scan_packed"] * 6)
        self.assertEqual(next(iter(reversed(self.group.items()))), ("k7", b"7"))
        self.assertEqual(len(self.group.items()), 8)

    def test_pages_are_fetched_when_they_are_needed(self) -> None:
        for n in range(8):
            self.group[f"k{n}"] = b""
        self.host.calls.clear()
        next(iter(self.group.items()))
        self.assertEqual(self.host.calls, ["scan_packed"])

    def test_update_takes_mappings_pairs_and_names_a_thousand_at_a_time(self) -> None:
        self.group.update({"a": b"1"}, b="2")
        self.group.update([("c", b"3")])
        self.assertEqual(dict(self.group), {"a": b"1", "b": b"2", "c": b"3"})
        self.host.calls.clear()
        self.group.update({f"k{n}": b"" for n in range(2500)})
        self.assertEqual(self.host.calls, ["set_many"] * 3)

    def test_setdefault_keeps_what_is_there(self) -> None:
        self.assertEqual(self.group.setdefault("a", "new"), b"new")
        self.assertEqual(self.group.setdefault("a", "newer"), b"new")

    def test_pop_and_clear_take_away(self) -> None:
        self.group.update(a=b"1", b=b"2")
        self.assertEqual(self.group.pop("a"), b"1")
        with self.assertRaises(KeyError):
            self.group.pop("a")
        self.assertEqual(self.group.pop("a", None), None)
        self.group.clear()
        self.assertEqual(len(self.group), 0)


class Scans(GroupCase):
    def setUp(self) -> None:
        super().setUp()
        self.group.update({key: key.upper() for key in ("ab", "ac", "b", "c", "ca", "d")})

    def test_a_prefix_and_a_range_bound_a_scan(self) -> None:
        self.assertEqual(list(self.group.scan_keys("a")), ["ab", "ac"])
        self.assertEqual(list(self.group.scan_keys(start="b", end="d")), ["b", "c", "ca"])
        self.assertEqual(list(self.group.scan_keys("c", "ca")), ["ca"])

    def test_a_reversed_scan_goes_on_behind_its_cursor(self) -> None:
        keys = self.group.scan_keys(start="ac", reverse=True, page_size=2)
        self.assertEqual(list(keys), ["d", "ca", "c", "b", "ac"])

    def test_entries_have_versions_and_times_to_live(self) -> None:
        self.group.set("b", "B", ttl=1.5)
        entry = next(self.group.scan("b"))
        self.assertEqual(entry, Entry("b", b"B", self.host.version, timedelta(milliseconds=1500)))
        self.assertIsNone(next(self.group.scan("c")).ttl)

    def test_keys_and_values_of_any_text_come_through(self) -> None:
        self.group["\u00e4\0"] = b"\xff\x00"
        self.assertEqual([(e.key, e.value) for e in self.group.scan("\u00e4")], [("\u00e4\0", b"\xff\x00")])


class TimesToLive(GroupCase):
    def test_an_entry_is_gone_after_its_time(self) -> None:
        self.group.set("a", b"1", ttl=timedelta(seconds=2))
        self.host.now_ms = 1999
        self.assertIn("a", self.group)
        self.host.now_ms = 2000
        self.assertNotIn("a", self.group)

    def test_touch_changes_how_long_it_lives(self) -> None:
        self.assertFalse(self.group.touch("a", 1))
        self.group.set("a", b"1", ttl=1)
        self.assertTrue(self.group.touch("a", None))
        entry = self.group.entry("a")
        assert entry is not None
        self.assertIsNone(entry.ttl)

    def test_a_part_of_a_millisecond_is_not_none(self) -> None:
        self.group.set("a", b"1", ttl=timedelta(microseconds=1))
        self.assertEqual(self.group.entry("a").ttl, timedelta(milliseconds=1))  # type: ignore[union-attr]
        with self.assertRaises(ValueError):
            self.group.set("a", b"1", ttl=-1)

    def test_the_longest_time_is_not_too_long(self) -> None:
        self.group.set("a", b"1", ttl=timedelta.max)
        self.assertGreater(self.group.entry("a").ttl, timedelta(days=999_999_998))  # type: ignore[union-attr]


class Conditions(GroupCase):
    def test_counters_count(self) -> None:
        self.assertEqual(self.group.increment("n"), 1)
        self.assertEqual(self.group.increment("n", -3), -2)
        self.assertEqual(self.group["n"], b"-2")
        self.group["text"] = "x"
        with self.assertRaises(NotACounter):
            self.group.increment("text")
        with self.assertRaises(Overflow):
            self.group.increment("n", -(2**63))

    def test_a_swap_needs_the_version(self) -> None:
        first = self.group.compare_and_swap("a", None, "1")
        assert isinstance(first, Done)
        self.assertIsInstance(self.group.compare_and_swap("a", first.version, "2"), Done)
        stale = self.group.compare_and_swap("a", first.version, "3")
        assert isinstance(stale, Stale) and stale.entry is not None
        self.assertEqual(stale.entry.value, b"2")
        self.assertEqual(self.group.compare_and_swap("b", 7, "1"), Stale(None))

    def test_a_deletion_needs_the_version(self) -> None:
        version = self.group.set("a", "1")
        self.assertIsInstance(self.group.compare_and_delete("a", version + 1), Stale)
        self.assertIsInstance(self.group.compare_and_delete("a", version), Done)
        self.assertNotIn("a", self.group)

    def test_modify_tries_again_when_another_was_faster(self) -> None:
        seen: list[bytes | None] = []

        def change(old: bytes | None) -> bytes:
            seen.append(old)
            if len(seen) < 3:
                self.group["a"] = f"other{len(seen)}"
            return (old or b"") + b"!"

        self.assertEqual(self.group.modify("a", change), b"other2!")
        self.assertEqual(seen, [None, b"other1", b"other2"])

    def test_modify_gives_up(self) -> None:
        def always_late(_: bytes | None) -> str:
            self.group.increment("a")
            return "x"

        with self.assertRaises(Conflict):
            self.group.modify("a", always_late, attempts=3)
        self.assertEqual(self.group["a"], b"3")

    def test_pop_takes_what_another_wrote_meanwhile(self) -> None:
        self.group["a"] = "old"
        read = self.group.entry

        def raced(key: str) -> Entry | None:
            entry = read(key)
            Store.open().group("g")["a"] = "new"
            return entry

        class Raced(type(self.group)):  # type: ignore[misc]
            entry = staticmethod(raced)

        self.assertEqual(Raced(self.group.store, "g").pop("a"), b"new")


class Many(GroupCase):
    def test_many_keys_in_a_call(self) -> None:
        self.group.set_many({"a": "1", "b": b"2"})
        self.group.set_many([("c", "3")])
        self.assertEqual(self.group.get_many(["c", "x", "a"]), [b"3", None, b"1"])
        self.assertEqual(self.group.delete_many(["a", "x", "b"]), 2)
        self.assertEqual(list(self.group), ["c"])
