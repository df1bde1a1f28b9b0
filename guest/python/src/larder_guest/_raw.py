"""The generated bindings, and calls of them whose errors are this package's."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from .errors import LarderError, from_raw

try:
    from componentize_py_types import Err

    from .bindings.imports import larder_atomics as atomics
    from .bindings.imports import larder_batch as batch
    from .bindings.imports import larder_store as store
    from .bindings.imports import larder_transactions as transactions
except ImportError as missing:
    raise ImportError(
        "larder_guest works inside of a component: build one with "
        "`componentize-py --world larder:store/database@0.1.0 ...`"
    ) from missing

__all__ = ["atomics", "batch", "call", "release", "store", "transactions"]

P = ParamSpec("P")
T = TypeVar("T")


def call(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call the host. What it refuses with is raised as an exception of this package."""
    try:
        return function(*args, **kwargs)
    except Err as refused:
        raise refusal(refused) from None


def refusal(refused: Any) -> LarderError:
    return from_raw(refused.value)


def release(resource: Any) -> None:
    """Give a handle back now, and not when Python finds that nobody uses it."""
    resource.__exit__(None, None, None)
