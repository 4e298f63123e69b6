"""One world of a visitor, day by day, and what of it is shown: coarse, and of no single person."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from corridor.model import MigrationModel
from corridor.model.tables import FINAL

Floats = NDArray[np.float64]
BOAT_DAYS, PATROL_DAYS = 7, 28  # over which boats are summed and patrols averaged
LEVELS = ("few", "some", "many")
COUNTED = (  # since the first day: flows in their units
    "arrivals_people",
    "attempts_people",
    "prevented_people",
    "deaths_channel",
    "deaths_mediterranean",
    "arrivals_lorry",
)
STOCKS = ("camp_stock", "sheltered_stock")


@dataclass(frozen=True)
class Frame:
    """A world at the end of a day: people by place, boats of the last week by sector, and how many patrols are there,
    as 0 (few) to 2 (many); `totals` since the first day, and today's stocks."""

    day: date
    people: Floats
    boats: Floats
    patrols: tuple[int, ...]
    totals: dict[str, float]
    daily: dict[str, Floats]


class TrackedWorld:
    """A run of one draw that remembers its last days."""

    def __init__(self, model: MigrationModel) -> None:
        self.model = model
        self.boats: deque[Floats] = deque(maxlen=BOAT_DAYS)
        self.teams: deque[Floats] = deque(maxlen=PATROL_DAYS)

    def step(self) -> None:
        """Simulate a day."""
        self.model.step()
        sectors = len(self.model.geography.rows("sector"))
        self.boats.append(np.bincount(self.model.boats.sector, minlength=sectors).astype(np.float64))
        self.teams.append(self.model.sectors.teams[0].astype(np.float64))

    def branch(self, model: MigrationModel) -> TrackedWorld:
        """A world that goes on with a branch of this run, and remembers the same days."""
        found = TrackedWorld(model)
        found.boats.extend(self.boats)
        found.teams.extend(self.teams)
        return found

    @property
    def frame(self) -> Frame:
        """What is shown of the last day that is over."""
        model, done = self.model, max(0, self.model.recorded_day)
        daily = {name: model.records.daily[name][0, :done] for name in (*COUNTED, *STOCKS)}
        totals = {name: float(daily[name].sum()) for name in COUNTED}
        totals |= {name: float(daily[name][-1]) if done else np.nan for name in STOCKS}
        nothing = np.zeros(len(model.geography.rows("sector")))
        return Frame(
            model.date - timedelta(days=1),
            people_by_place(model),
            sum(self.boats, nothing),
            levels_of(self.teams, model.geography.sector_coast_km),
            totals,
            {name: values.copy() for name, values in daily.items()},
        )


def people_by_place(model: MigrationModel) -> Floats:
    """People who are on the way, at the place where they are or that they left last."""
    status, place = model.migrants.column("status"), model.migrants.column("place")
    here = ~np.isin(status, FINAL)
    counts = np.bincount(place[here], minlength=len(model.geography.places))
    return np.asarray(model.scale * counts, dtype=np.float64)


def levels_of(teams: Sequence[Floats] | deque[Floats], coast_km: Floats) -> tuple[int, ...]:
    """Few, some or many teams for the length of each sector, in thirds of the densest; means of four weeks, so that
    they say nothing of a night."""
    if not teams:
        return ()
    density: Floats = np.stack(list(teams)).mean(axis=0) / np.maximum(coast_km, 1.0)
    share = density / max(float(density.max()), 1e-9)
    return tuple(int(each) for each in np.digitize(share, [1 / 3, 2 / 3]))
