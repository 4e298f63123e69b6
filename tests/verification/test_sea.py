"""The sea of the climate against five years of nights: crossings by wind and by month, and spells of shut days."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from corridor.calibration.evidence.sea import nights_by_wind
from corridor.calibration.validation.crossing_days import share_of_days, shut_spells
from corridor.results.observed import daily
from tests.verification import bounds
from tests.verification.worlds import nights

pytestmark = pytest.mark.verification
FIRST, LAST = date(2021, 1, 1), date(2025, 12, 31)
DAYS = pd.date_range(FIRST, LAST)
SEEDS = range(1, 41)
BOATS = 15.7  # that came in a whole usable night: those of a mean year of these, over its 52 windows
MISFIT = 0.1  # that the curve may miss a class of wind by, apart from chance; classes are up to 2 m/s wide


def crossings(windows: np.ndarray) -> np.ndarray:
    """Whether a boat leaves in each window: a Poisson number of them."""
    return (np.random.default_rng(1).poisson(BOATS * windows) > 0).astype(float)


def within(observed: dict[str, float], drawn: dict[str, np.ndarray]) -> bool:
    """Whether every observed value is within three standard deviations of those of single runs."""
    return all(abs(observed[name] - values.mean()) < 3.0 * values.std() for name, values in drawn.items())


@pytest.mark.catches("weather with too many, too few or too short spells")
def test_crossing_days_and_shut_spells_of_the_climate_are_those_of_the_record(tmp_path):
    """Nothing of the record is in the climate but the curves that say at which wind people cross, and how much nights
    of the same wind differ.

    Of 40 histories of 2021 to 2025 that are drawn, the record may be one: share of days with a crossing by month, and
    shares of the spells of shut days by their length.
    """
    crossed = crossings(nights(tmp_path, SEEDS, FIRST, LAST))
    people = daily().people[str(FIRST) : str(LAST)].to_numpy(float)
    months, record = share_of_days(crossed, DAYS), share_of_days(people, DAYS)
    spells, recorded = shut_spells(crossed), shut_spells(people)

    figure, axes = bounds.sheet("The sea of the climate and the record, 2021-2025", 2)
    for ax, seen, drawn in ((axes[0], record, months), (axes[1], recorded, spells)):
        middle, spread = (np.array([f(values) for values in drawn.values()]) for f in (np.mean, np.std))
        ax.errorbar(range(len(drawn)), middle, 3.0 * spread, color=bounds.BLUE, fmt="o", label="40 runs, 3 sd")
        ax.plot(range(len(drawn)), list(map(float, seen.values())), "x", color=bounds.BLACK, label="record")
        ax.set_xticks(range(len(drawn)), list(drawn))
        ax.set(ylim=(0, None))
        ax.legend()
    axes[0].set(ylabel="share of days with a crossing")
    axes[1].set(ylabel="share of spells", xlabel="shut days")
    bounds.save(figure, "sea")
    assert within(record, months) and within(recorded, spells)


@pytest.mark.catches("a window that does not follow the wind")
def test_nights_of_a_wind_see_crossings_as_often_as_the_record(tmp_path):
    """On nights with the wind of each class (2021 to 2025) a boat leaves with its share of nights with a crossing, but
    for chance and for what a curve misses of a class."""
    table = nights_by_wind()
    for wind, rows in table.groupby("wind"):
        number = rows.nights.sum()
        share = float(np.average(rows.share_with_crossing, weights=rows.nights))
        days = pd.date_range(FIRST, periods=100)
        text = "date,wind\n" + "".join(f"{day:%Y-%m-%d},{wind}\n" for day in days)
        (tmp_path / "sea.csv").write_text(text, encoding="utf-8")
        used = crossings(nights(tmp_path, SEEDS, FIRST, days[-1].date(), sea=tmp_path / "sea.csv")).mean()
        error = np.sqrt(max(share * (1.0 - share), 0.25 / number) / number)
        assert used == pytest.approx(share, abs=MISFIT + 3.0 * error), wind
