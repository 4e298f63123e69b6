"""A stage of the day declares what it writes, so that a test can prove that it writes nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Stage = Callable[[Any], None]  # of the state of a run
Declared = TypeVar("Declared", bound=Stage)
WRITES: dict[str, frozenset[str]] = {}


def stage(writes: str) -> Callable[[Declared], Declared]:
    """Declare a function of the state as a stage that writes the named columns (`table.column`, spaces between)."""

    def declare(function: Declared) -> Declared:
        WRITES[stage_name(function)] = frozenset(writes.split())
        return function

    return declare


def stage_name(function: Any) -> str:
    """`migrants.choose` for the function `choose` of `model/stages/migrants.py`."""
    return f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
