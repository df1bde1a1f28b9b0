"""Durable storage for WebAssembly components, by the WIT package `larder:store`.

    from larder_guest import Store

    store = Store.open()
    visits = store.group("visits").increment("/home")

The host decides which store a label opens and who else may open it; a plugin names no tenant and no path.
"""

from .batch import Batch
from .entry import Done, Entry, Gauge, Outcome, Stale, Ttl, Usage, Value
from .errors import (
    AccessDenied,
    Busy,
    Closed,
    Conflict,
    Holding,
    InvalidArgument,
    LarderError,
    NotACounter,
    Overflow,
    Quota,
    QuotaExceeded,
    SizeLimit,
    TooLarge,
    TooMany,
    TransactionExpired,
    TransactionOpen,
    Unavailable,
    Unsupported,
)
from .group import Group
from .store import Store, Transaction

__all__ = [
    "AccessDenied",
    "Batch",
    "Busy",
    "Closed",
    "Conflict",
    "Done",
    "Entry",
    "Gauge",
    "Group",
    "Holding",
    "InvalidArgument",
    "LarderError",
    "NotACounter",
    "Outcome",
    "Overflow",
    "Quota",
    "QuotaExceeded",
    "SizeLimit",
    "Stale",
    "Store",
    "TooLarge",
    "TooMany",
    "Transaction",
    "TransactionExpired",
    "TransactionOpen",
    "Ttl",
    "Unavailable",
    "Unsupported",
    "Usage",
    "Value",
]
