"""Why a call was refused."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, ClassVar


class Quota(StrEnum):
    """What a quota counts."""

    KEYS = "keys"
    GROUPS = "groups"
    BYTES = "bytes"


class SizeLimit(StrEnum):
    """What is too large."""

    GROUP = "group"
    KEY = "key"
    VALUE = "value"
    BATCH = "batch"
    RESPONSE = "response"
    TEMPLATE = "template"
    ENTRIES = "entries"


class Holding(StrEnum):
    """What an instance may hold a bounded number of."""

    STORES = "stores"
    TRANSACTIONS = "transactions"
    WATCHERS = "watchers"
    WORKSPACES = "workspaces"
    ROWS = "rows"
    ARCHIVES = "archives"


class LarderError(Exception):
    """A call was refused; nothing of it was done. The text says what to do about it."""

    kind: ClassVar[str] = "error"
    """The name of the error in the contract."""

    retryable: ClassVar[bool] = False
    """Whether the same work, run again from its start, may well succeed."""


class AccessDenied(LarderError):
    """The label is unknown or not granted (the same answer, on purpose), or the grant does not allow writing."""

    kind = "access-denied"

    def __init__(self) -> None:
        super().__init__("access denied: ask the host to grant this label, and writing if you write")


class InvalidArgument(LarderError):
    """An argument is not acceptable in itself; `rule` names it and the rule."""

    kind = "invalid-argument"

    def __init__(self, rule: str) -> None:
        super().__init__(f"invalid argument: {rule}")
        self.rule = rule


class TooLarge(LarderError):
    """An argument or an answer is larger than the host allows."""

    kind = "too-large"

    def __init__(self, what: SizeLimit, size: int, limit: int) -> None:
        unit = "items" if what is SizeLimit.BATCH else "bytes"
        super().__init__(f"the {what} has {size} {unit} and may have {limit}: {_ADVICE[what]}")
        self.what = what
        self.size = size
        self.limit = limit


class QuotaExceeded(LarderError):
    """The write would have passed a quota."""

    kind = "quota-exceeded"

    def __init__(self, quota: Quota, used: int, limit: int) -> None:
        super().__init__(
            f"quota exceeded, {used} of {limit} {quota} are in use: delete something, or ask the host for more"
        )
        self.quota = quota
        self.used = used
        self.limit = limit


class TooMany(LarderError):
    """The instance holds as many handles of a kind as it may."""

    kind = "too-many"

    def __init__(self, what: Holding, limit: int) -> None:
        super().__init__(f"{limit} open {what} are the most there may be: drop one")
        self.what = what
        self.limit = limit


class NotACounter(LarderError):
    """The value to be incremented is neither decimal digits nor eight bytes."""

    kind = "not-a-counter"

    def __init__(self) -> None:
        super().__init__("the value is not a counter: use a key that holds decimal digits, or none")


class Overflow(LarderError):
    """The sum would leave the range of a signed 64-bit number. The counter is unchanged."""

    kind = "overflow"

    def __init__(self) -> None:
        super().__init__("the counter would leave the range of 64 bits: use a smaller step")


class TransactionOpen(LarderError):
    """A transaction of this instance is open, and the call was made beside it."""

    kind = "transaction-open"

    def __init__(self) -> None:
        super().__init__("a transaction is open: write through it, or end it before you write beside it")


class TransactionExpired(LarderError):
    """The transaction passed its deadline and was rolled back."""

    kind = "transaction-expired"

    def __init__(self) -> None:
        super().__init__("the transaction took too long and was undone: do less in one transaction")


class Conflict(LarderError):
    """Another writer was faster."""

    kind = "conflict"
    retryable = True

    def __init__(self) -> None:
        super().__init__("another writer was faster and nothing was written: try again")


class Busy(LarderError):
    """Other writers kept the store for longer than the host waits."""

    kind = "busy"
    retryable = True

    def __init__(self) -> None:
        super().__init__("other writers kept the store busy and nothing was written: try again")


class Closed(LarderError):
    """The transaction that the store belongs to has ended, or the host is shutting down."""

    kind = "closed"

    def __init__(self) -> None:
        super().__init__("the store is closed: open it again, outside the ended transaction")


class Unavailable(LarderError):
    """The host's storage failed; the host's log says how."""

    kind = "unavailable"

    def __init__(self) -> None:
        super().__init__("the host's storage failed: see the host's log")


class Unsupported(LarderError):
    """The host has switched this off, or its storage cannot do it; `what` says what."""

    kind = "unsupported"

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}: ask the host for it")
        self.what = what


_ADVICE = {
    SizeLimit.GROUP: "shorten it",
    SizeLimit.KEY: "shorten it",
    SizeLimit.VALUE: "split it, or keep it as a file",
    SizeLimit.BATCH: "make several",
    SizeLimit.RESPONSE: "ask for less",
    SizeLimit.TEMPLATE: "shorten it",
    SizeLimit.ENTRIES: "use a smaller one",
}

# The bindings have a class for each case of the contract's variant, called `Error_` and its name.
_CASES: dict[str, Callable[[Any], LarderError]] = {
    "AccessDenied": lambda _: AccessDenied(),
    "InvalidArgument": lambda case: InvalidArgument(case.value),
    "TooLarge": lambda case: TooLarge(SizeLimit[case.value.what.name], case.value.size, case.value.limit),
    "QuotaExceeded": lambda case: QuotaExceeded(Quota[case.value.quota.name], case.value.used, case.value.limit),
    "TooMany": lambda case: TooMany(Holding[case.value.what.name], case.value.limit),
    "NotACounter": lambda _: NotACounter(),
    "Overflow": lambda _: Overflow(),
    "TransactionOpen": lambda _: TransactionOpen(),
    "TransactionExpired": lambda _: TransactionExpired(),
    "Conflict": lambda _: Conflict(),
    "Busy": lambda _: Busy(),
    "Closed": lambda _: Closed(),
    "Unavailable": lambda _: Unavailable(),
    "Unsupported": lambda case: Unsupported(case.value),
}


def from_raw(case: Any) -> LarderError:
    """The exception for a case of the contract's `error`."""
    return _CASES[type(case).__name__.removeprefix("Error_")](case)
