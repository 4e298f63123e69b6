"""Small runs shared by the tests of the model."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np

from corridor.model import MigrationModel, Parameters, Policy

START, END = date(2022, 10, 1), date(2022, 12, 29)
KNOW_HOW = 12.0  # launches on a night of a trade that has grown up, which no range of a first day holds


def small_model(
    seeds=(3,),
    policy: Policy | None = None,
    start=START,
    end=END,
    scale=20.0,
    kind: Any = MigrationModel,
    **changes: float,
) -> Any:
    """A corridor with one agent for twenty people, ready to step."""
    trade = {
        "networks_start": 10,
        "network_size_start": 0.6,
        "fare_start": 3000,
        "hull_seats_start": 12,
        "camp_stock_start": 1200,
    }
    params = Parameters(**{**trade, **changes})
    model = kind(params, policy or Policy(), seeds, start, end, scale)
    if "know_how_start" not in changes:
        model.market.know_how[:] = KNOW_HOW
    return model


@lru_cache(maxsize=12)
def finished(seeds: tuple[int, ...] = (3,), policy: Policy | None = None, **arguments: Any) -> Any:
    """A small model that was run to its end, shared by the tests that only read it."""
    return run(small_model(seeds, policy, **arguments))


def run(model: Any) -> Any:
    """Step a model to its end."""
    for _ in range((model.end - model.start).days + 1):
        model.step()
    return model


def state(model: Any) -> dict[str, np.ndarray]:
    """Every array that a stage may write, by the name that stages declare."""
    arrays = {}
    for table in ("migrants", "networks", "patrols"):
        holder = getattr(model, table)
        arrays |= {f"{table}.{name}": holder.column(name).copy() for name in holder.COLUMNS}
    arrays["networks.sector_belief"] = model.networks.sector_belief.copy()
    for name in ("places", "legs", "sectors", "market", "coast", "sea", "committee", "inputs", "boats"):
        for key, value in vars(getattr(model, name)).items():
            arrays[f"{name}.{key}"] = np.array(value, copy=True)
    return arrays
