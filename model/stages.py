"""A stage of the day declares what it writes, so that a test can prove that it writes nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from model.model import MigrationModel

Stage = Callable[["MigrationModel"], None]
WRITES: dict[str, frozenset[str]] = {}


def stage(writes: str) -> Callable[[Stage], Stage]:
    """Declare a function of the model as a stage that writes the named columns (`table.column`, spaces between)."""

    def declare(function: Any) -> Stage:
        name = stage_name(function)
        WRITES[name] = frozenset(writes.split())
        return function  # type: ignore[no-any-return]

    return declare


def stage_name(function: Any) -> str:
    """`migrants.choose` for the function `choose` of `model/migrants.py`."""
    return f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
