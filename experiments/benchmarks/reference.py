"""How much faster the arrays are than the same days agent by agent, on one world: lines beside `corridor bench`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date
from typing import Any

from corridor.model import MigrationModel, Parameters, Policy
from corridor.model.reference import ReferenceModel

START, END = date(2023, 7, 1), date(2023, 12, 31)  # a summer with many people on the way
DAYS, WARM_UP_DAYS = 10, 25  # days before, in which people enter
SEEDS_TOGETHER = 8


def reference_speed() -> dict[str, Any]:
    """Milliseconds of a day and seed on the shipped map, one agent a person: agent by agent, and on arrays.

    Both sides simulate the same days with the same outcome, to the last bit. Arrays run one seed alone and eight
    together, as experiments do; `ratio_alone` and `ratio_together` say how many times longer the reference takes.
    """
    reference = milliseconds(ReferenceModel(Parameters(), Policy(), 1, START, END))
    alone, together = on_arrays([1]), on_arrays(range(1, SEEDS_TOGETHER + 1)) / SEEDS_TOGETHER
    return {
        "reference_ms": round(reference, 1),
        "alone_ms": round(alone, 2),
        "together": SEEDS_TOGETHER,
        "together_ms": round(together, 2),
        "ratio_alone": round(reference / alone),
        "ratio_together": round(reference / together),
    }


def on_arrays(seeds: Sequence[int]) -> float:
    """Milliseconds of a day of all these seeds."""
    return milliseconds(MigrationModel(Parameters(), Policy(), seeds, START, END))


def milliseconds(model: Any) -> float:
    """Mean milliseconds of a day, after the warm-up."""
    for _ in range(WARM_UP_DAYS):
        model.step()
    began = time.perf_counter()
    for _ in range(DAYS):
        model.step()
    return 1000.0 * (time.perf_counter() - began) / DAYS


def show_reference(measured: dict[str, Any]) -> None:
    """Print the measurements side by side."""
    print(
        f"a day of one seed, one agent a person: agent by agent {measured['reference_ms']:g} ms; on arrays "
        f"{measured['alone_ms']:g} ms alone ({measured['ratio_alone']} times faster), {measured['together_ms']:g} ms "
        f"with {measured['together']} together ({measured['ratio_together']} times faster)"
    )
