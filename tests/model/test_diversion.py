"""Diversion upstream: nobody is lost, and those who are diverted leave from where people usually leave."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from corridor.model import Change, Measure, MigrationModel, Parameters, Policy, simulate
from corridor.model.stages.migrants import DIVERTED_FROM, DIVERTED_TO

START, END, SCALE = date(2023, 7, 1), date(2023, 8, 30), 5.0


def entries(share: float) -> dict[str, float]:
    """People who came in at each entry point under a diversion."""
    policy = Policy((Measure("away", "Away", (Change("upstream_diversion", START, 0, share),)),))
    part = simulate(Parameters(), policy, [1], START, END, SCALE).yearly["entries_by_entry_point"]
    return dict(zip(part.labels, part.values.sum(axis=(0, 1)).tolist(), strict=True))


def test_the_diverted_leave_where_people_usually_leave() -> None:
    without, with_some = entries(0.0), entries(0.3)
    assert sum(with_some.values()) == sum(without.values())
    left = sum(without[place] - with_some[place] for place in DIVERTED_FROM)
    went = np.array([with_some[place] - without[place] for place in DIVERTED_TO])
    assert left == pytest.approx(0.3 * sum(without[place] for place in DIVERTED_FROM), rel=0.05)
    assert went.sum() == left
    model = MigrationModel(Parameters(), Policy(), [1], START, END, SCALE)
    days = [model.entries.by_place(day, len(model.geography.places)) for day in (START, END)]  # July and August
    usual = np.mean(days, axis=0)[model.geography.named(DIVERTED_TO)]
    error = np.sqrt(usual / usual.sum() * left / SCALE) * SCALE
    assert (np.abs(went - left * usual / usual.sum()) < 4.0 * error + 0.05 * left).all()
    assert usual.max() > 3.0 * usual.min()  # so that equal shares would be seen
