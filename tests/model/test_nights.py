"""Windows of the nights of a run: over many seeds they have the distribution that their source gives them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from corridor.model.engine.replicate_parameters import ParameterSets
from corridor.model.inputs.climate import SeaClimate
from corridor.model.inputs.recorded_sea import RecordedSea
from corridor.model.inputs.windows import WindowClimate, chance_usable, window_by_wind
from tests.verification.worlds import limits, nights

P = ParameterSets([limits().values()])
FIRST, SEEDS = date(2022, 6, 1), range(1, 2001)


def days(number: int) -> list[date]:
    """The first nights of June."""
    return [FIRST + timedelta(days=k) for k in range(number)]


@pytest.mark.parametrize("wind", [3.0, 7.0, 8.5])
def test_a_night_of_ones_own_wind_is_usable_with_its_chance_and_a_part_of_what_the_wind_leaves(
    wind: float, tmp_path: Path
) -> None:
    own = tmp_path / "own.csv"
    own.write_text("date,wind\n" + "".join(f"{day},{wind}\n" for day in days(20)), encoding="utf-8")
    window = nights(tmp_path, SEEDS, FIRST, days(20)[-1], sea=own)
    chance, most = (float(f(np.array(wind), P)) for f in (chance_usable, window_by_wind))
    used = window[window > 0.0]
    assert len(used) / window.size == pytest.approx(chance, abs=0.02)
    assert used.mean() == pytest.approx(most / (1.0 + P.window_spread), rel=0.03)
    ranks = (used / most) ** (1.0 / P.window_spread)
    assert np.quantile(ranks, [0.1, 0.5, 0.9]) == pytest.approx([0.1, 0.5, 0.9], abs=0.03)


def test_windows_of_recorded_nights_are_those_that_their_boats_and_neighbours_leave_possible(tmp_path: Path) -> None:
    boats = [0, 3, 0, 0, 1, 9, 0, 30, 2, 0]
    record = tmp_path / "record.csv"
    rows = [f"{day},{20 * n},{n}\n" for day, n in zip(days(10), boats, strict=True)]
    record.write_text("date,people,boats\n" + "".join(rows), encoding="utf-8")
    window = nights(tmp_path, SEEDS, FIRST, days(10)[-1], sea_record=record)
    sea, ranks = RecordedSea(record, None, SeaClimate(), P, 1), (np.arange(100) + 0.5) / 100
    for k, day in enumerate(days(10)):
        possible = np.array([sea.window(day, np.array([rank]))[0] for rank in ranks])
        chance = sea.chance(day)[0]
        assert (window[:, k] > 0.0).mean() == pytest.approx(chance, abs=0.04)
        used = window[:, k][window[:, k] > 0.0]
        assert used.mean() == pytest.approx(possible.mean(), abs=4.0 * possible.std() / np.sqrt(len(used)))
        assert used.std() == pytest.approx(possible.std(), rel=0.3)


def test_nights_that_nobody_recorded_have_the_windows_of_the_climate(tmp_path: Path) -> None:
    window = nights(tmp_path, SEEDS, FIRST, days(30)[-1])
    climate = WindowClimate(SeaClimate(), P, 1)
    june = climate.chance[0, 5] * climate.quantiles[0, 5].mean() / (1.0 + P.window_spread)
    assert window.mean() == pytest.approx(june, rel=0.05)
    calm = (window > 0.0).astype(float)
    assert np.corrcoef(calm[:, :-1].ravel(), calm[:, 1:].ravel())[0, 1] > 0.25  # the wind keeps its rank
