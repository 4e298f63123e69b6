"""Parts of a history that need no runs: months as numbers, where members begin, and the inflation of a step."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from corridor.calibration.fit import smoother
from corridor.calibration.fit.history import FARTHEST, History, month_number, share_of_default
from corridor.calibration.fit.runs import marked_fitted, prior_of
from corridor.calibration.fit.simulated import Simulated
from corridor.experiments.config.designs.distributions import quantile
from corridor.model import PARAMETERS
from corridor.model.parameters import Parameter

FITTED = prior_of(marked_fitted(PARAMETERS), "2025-12", {}).parameters
MEMBERS = 24
INFLATIONS = [2.0, 3.0, 6.0]  # unequal, where the shipped ones are equal; inverses sum to one
Floats = np.ndarray


def test_months_are_counted_from_january_of_the_year_0_and_a_year_is_known_at_its_last() -> None:
    assert month_number("2021-01") == 12 * 2021
    assert month_number("2021-12") == month_number("2021") == 12 * 2021 + 11


@pytest.mark.parametrize("parameter", FITTED, ids=lambda parameter: parameter.name)
def test_members_begin_around_the_default_of_a_parameter(parameter: Parameter) -> None:
    """The quantile at the share of the default is the default, unless that lies near an end of the distribution."""
    share = share_of_default(parameter)
    assert FARTHEST <= share <= 1.0 - FARTHEST
    if 0.05 < share < 0.95:
        width = parameter.high - parameter.low
        assert quantile(parameter, share) == pytest.approx(parameter.default, rel=0.02, abs=0.02 * width)


@pytest.mark.parametrize(("step", "inflation"), list(enumerate(INFLATIONS)))
def test_a_step_is_weighed_with_its_own_inflation(step: int, inflation: float, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def updated(
        states: Floats, _simulated: Floats, _observed: Floats, _covariance: Floats, inflation: float, *_: object
    ) -> Floats:
        seen.append(inflation)
        return states

    monkeypatch.setattr(smoother, "updated", updated)
    monkeypatch.setattr(smoother, "inflations", {len(INFLATIONS): INFLATIONS}.__getitem__)
    experiment = SimpleNamespace(first_day=date(2018, 1, 1))
    prior = prior_of(("p_retry",), "2021-12", {})
    asked = History(experiment, prior, "2021-12", MEMBERS, len(INFLATIONS), 1, {})  # type: ignore[arg-type]
    months = tuple(f"2021-{month:02d}" for month in range(1, 13))
    runs = Simulated(months, {"arrivals_people": np.ones((MEMBERS, 12))}, (), np.empty((MEMBERS, 1, 0)))
    vars(asked)["known"] = {"arrivals_people": pd.Series([9.0], index=["2021-03"])}
    asked.move(asked.first_states(), runs, step)
    assert seen == [inflation]
