"""A store, and several calls on it as one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any, TypeVar

from . import _raw
from ._raw import call
from .batch import Batch
from .entry import Usage, usage_from_raw
from .errors import Closed, LarderError
from .group import Group

T = TypeVar("T")


class Store:
    """A scope of entries that the host granted under a label. Every method can raise a `LarderError`."""

    __slots__ = ("_open",)

    def __init__(self, handle: Any) -> None:
        """`Store.open` makes one."""
        self._open = handle

    @classmethod
    def open(cls, label: str = "default") -> Store:
        """The scope that the host granted as `label`; "default" is the plugin's own.

        Raises `AccessDenied` when the label is unknown or not granted.
        """
        return Store(call(_raw.store.Store.open, label))

    def group(self, name: str) -> Group:
        """A group, as a dict. Nothing is read; a group is there as long as it has an entry."""
        return Group(self, name)

    def groups(self, prefix: str = "") -> Iterator[str]:
        """The names of the groups that start with `prefix`, in order."""
        cursor = None
        while True:
            page = call(self._handle.groups, prefix, cursor, 0)
            yield from page.groups
            cursor = page.next
            if cursor is None:
                return

    def delete_groups(self, prefix: str) -> int:
        """Delete every group whose name starts with `prefix`; "" is all. Returns how many entries there were."""
        return int(call(self._handle.delete_prefix, prefix))

    def count(self, prefix: str = "") -> int:
        """The number of entries in all groups whose name starts with `prefix`."""
        return int(call(self._handle.count_all, prefix))

    def usage(self) -> Usage:
        """What the store uses, and its limits."""
        return usage_from_raw(call(self._handle.usage))

    def purge_expired(self) -> int:
        """Remove what has expired and still takes room on disk, as the host does now and then. Returns how many."""
        return int(call(self._handle.purge_expired))

    def batch(self) -> Batch:
        """Changes of several kinds, in several groups, that are made as one."""
        return Batch(self)

    @property
    def _handle(self) -> Any:
        if self._open is None:
            raise Closed
        return self._open

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Several calls as one: `with store.transaction() as t:`.

        It is committed at the end of the block, and undone when an exception leaves it. Other writers wait meanwhile,
        and the host ends it at its deadline (5 seconds unless changed): fetch and compute first, then begin.

        Raises `Busy`, `Conflict` and `TransactionExpired` among others; `transact` tries again.
        """
        transaction = Transaction(call(_raw.transactions.Transaction.begin, self._handle))
        try:
            yield transaction
        except BaseException:
            # Why the block failed matters more than that undoing it did; nothing of it is kept either way.
            with suppress(LarderError):
                transaction.rollback()
            raise
        transaction._commit()

    def transact(self, work: Callable[[Transaction], T], attempts: int = 5) -> T:
        """Run `work` in a transaction, again from its start when another writer was in the way."""
        while True:
            attempts -= 1
            try:
                with self.transaction() as transaction:
                    return work(transaction)
            except LarderError as error:
                if not error.retryable or attempts <= 0:
                    raise


class Transaction(Store):
    """A store in which nothing is kept before the block ends. It reads its own writes; nobody else does."""

    __slots__ = ("_transaction", "version")

    version: int | None
    """The version that its writes got, once it is committed."""

    def __init__(self, raw: Any) -> None:
        """`Store.transaction` makes one."""
        super().__init__(call(raw.store))
        self._transaction = raw
        self.version = None

    @property
    def remaining(self) -> timedelta:
        """Time until the deadline; zero when it has passed."""
        return timedelta(milliseconds=0 if self._transaction is None else self._transaction.remaining_ms())

    def rollback(self) -> None:
        """Undo all of it now. What is called on it afterwards raises `Closed`; the block ends without a commit."""
        if (raw := self._end()) is not None:
            call(_raw.transactions.Transaction.rollback, raw)

    def _commit(self) -> None:
        if (raw := self._end()) is not None:
            self.version = call(_raw.transactions.Transaction.commit, raw)

    def _end(self) -> Any:
        raw, self._transaction = self._transaction, None
        if raw is not None:
            # The store goes before the transaction that it is a part of.
            handle, self._open = self._open, None
            _raw.release(handle)
        return raw
