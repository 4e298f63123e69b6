"""Diversion upstream: nobody is lost, and those who are diverted leave from where people usually leave."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from corridor.model import Change, Measure, MigrationModel, Parameters, Policy, simulate
from corridor.model.stages import migrants
from corridor.model.stages.migrants import DIVERTED_FROM, DIVERTED_TO
from corridor.model.tables import Status

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


def test_nobody_who_is_diverted_has_a_goal_that_cannot_be_reached_from_there() -> None:
    """From Libya's east a way leads to Greece, from the shores further west none does."""
    policy = Policy((Measure("away", "Away", (Change("upstream_diversion", START, 0, 0.3),)),))
    model = MigrationModel(Parameters(), policy, [1], START, END, SCALE)
    while model.running:
        model.step()
    t = model.migrants.as_dict()
    settled = t["place"][t["status"] == Status.SETTLED] % len(model.geography.places)
    shores = np.flatnonzero(model.geography.is_kind("shore"))
    assert len(settled) > 100 and not np.isin(settled, shores).any()


def test_on_a_map_without_shores_further_west_nobody_is_diverted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrants, "DIVERTED_TO", ())
    assert entries(0.3) == entries(0.0)
