"""Caps and floors in the rules of the stages, each where it binds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from corridor.model import PARAMETERS
from corridor.model.stages import crossing, policy, routes, smugglers
from corridor.model.state import Boats
from tests.support.worlds import small_model


def test_at_most_nine_in_ten_boats_on_the_longest_crossing_are_brought_back() -> None:
    highest = {name: PARAMETERS[name].high for name in ("p_sea_fail", "route_length_risk")}
    model = small_model(**highest)
    sectors = len(model.geography.sector_km)
    boats = {"replicate": np.zeros(sectors, dtype=np.int64), "sector": np.arange(sectors)}
    model.boats = replace(Boats.none(), **boats)
    chance = crossing.p_returned(model)
    assert chance.max() == 0.9
    assert chance.min() < 0.5


def test_a_border_that_is_believed_shut_takes_nineteen_tries_beyond_the_first() -> None:
    """A stop is believed with 0.95 at most, and 0.95 / (1 - 0.95) = 19."""
    model = small_model()
    model.legs.believed_stop[:] = 1.0
    assert routes.border_tries(model) == pytest.approx(19.0)


def test_networks_that_believe_every_boat_stopped_still_count_on_one_in_twenty() -> None:
    model = small_model()
    model.networks.sector_belief[:] = 1.0
    rows = smugglers.active_rows(model)
    assert smugglers.believed_success(model, rows).tolist() == [0.05] * len(rows)
    assert len(rows) == 10


def test_the_committee_leaves_every_measure_a_share_of_effort() -> None:
    """A tenth before shares are made to sum up to three again: 0.1 x 3 / 3.1 = 0.097 or a little less."""
    model = small_model(seeds=(5,))
    model.inputs.committee_share, model.inputs.committee_days = 0.5, 1.0
    for _ in range(8):
        policy.review(model)
    effort = model.committee.effort[0]
    assert effort.sum() == pytest.approx(3.0)
    assert 0.09 < effort.min() < 0.1 < effort.max()


def test_no_more_boats_are_seized_than_the_supply_line_carries() -> None:
    """Eight in ten boats are seized, by a committee that gives this two and a half times the effort: all of them."""
    model = small_model()
    model.inputs.boats_through = 0.2
    model.committee.effort[:, 2] = 2.5
    model.market.supply[:] = 50.0
    before = model.networks.column("boats").sum()
    smugglers.supply(model)
    assert model.today["boats_seized_upstream"][0] > 0
    assert model.today["boats_delivered"][0] == 0.0
    assert model.networks.column("boats").sum() == before
