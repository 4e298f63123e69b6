"""Nationality groups: the share bound for the United Kingdom, and where the others settle."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corridor.model.engine.errors import InputError
from corridor.model.inputs.conditions import times_odds
from corridor.model.inputs.data_files import DATA
from corridor.model.inputs.geography import Geography
from corridor.model.inputs.reader import Column, given_twice, read_sheet, read_table

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
GROUPS = (
    "albania",
    "afghanistan",
    "iran",
    "iraq",
    "syria",
    "turkey",
    "eritrea",
    "sudan",
    "horn",
    "vietnam",
    "south_asia",
    "north_africa",
    "west_central_africa",
    "other",
)
ALBANIA = GROUPS.index("albania")


class Groups:
    """Nationality groups: the share bound for the United Kingdom and where the others settle.

    `scale` multiplies the shares bound for the United Kingdom: one number, or one a replicate.
    """

    def __init__(self, geography: Geography, scale: float | Floats, path: str | Path | None = None) -> None:
        of = read_groups(path)
        shares = np.array([of[g][0] for g in GROUPS])
        self.share_uk = np.minimum(1.0, np.multiply.outer(scale, shares))  # (group), or (replicate, group)
        self.removable = np.array([of[g][1] for g in GROUPS])
        self.places, self.elsewhere = settle_shares(geography)
        self.settling = settling(self.elsewhere, reachable(geography, self.places))

    def bound_for_uk(self, factor: Floats, demand: float | Floats, response: Floats) -> Floats:
        """Share of each group bound for the United Kingdom today, shape (replicate, group).

        `factor`, one value a replicate, multiplies the share (news), `demand` and `response` its odds.
        """
        shares = self.share_uk * factor[:, None]
        odds = demand[:, None] if isinstance(demand, np.ndarray) else demand
        return times_odds(times_odds(shares, odds), response[:, None])


def read_groups(path: str | Path | None) -> dict[str, tuple[float, float]]:
    """Group -> share bound for the United Kingdom and share that can be removed, from the shipped CSV or a user's own.

    Raises InputError with all problems: unreadable rows, groups that are unknown, given twice or missing.
    """
    path, text = Path(path or DATA / "groups.csv"), Column("text", required=False)
    share = Column("number", low=0, high=1)
    sheet = read_sheet(
        path,
        {
            "group": Column("text", allowed=GROUPS),
            "share_uk": share,
            "low": share,
            "high": share,
            "removable": share,
            "grade": text,
            "source": text,
            "note": text,
        },
    )
    rows, missing = sheet.columns, [group for group in GROUPS if group not in sheet.columns["group"]]
    problems = [*sheet.problems, *given_twice(sheet, "group", ("group",))]
    for row, value, low, high in zip(sheet.rows, rows["share_uk"], rows["low"], rows["high"], strict=True):
        if None not in (value, low, high) and "" not in (value, low, high) and not low <= value <= high:
            problems.append(f"{path.name}, row {row}, share_uk: {value:g} is not between low {low:g} and high {high:g}")
    if missing and not sheet.problems:
        problems.append(f"{path.name}, group: {', '.join(missing)} are missing; every group has a row")
    if problems:
        raise InputError(problems)
    return dict(zip(rows["group"], zip(rows["share_uk"], rows["removable"], strict=True), strict=True))


def settle_shares(geography: Geography) -> tuple[Ints, Floats]:
    """Places where people settle (rows of the map) and the share of each group that settles there."""
    text = Column("text", required=False)
    table = read_table(
        DATA / "destinations.csv",
        {
            "group": Column("text", allowed=GROUPS),
            "place": Column("text"),
            "share": Column("number", low=0, high=1),
            "grade": text,
            "source": text,
        },
    )
    names = [name for name in dict.fromkeys(table["place"]) if name in geography.places]
    shares = np.zeros((len(GROUPS), len(names)))
    for group, place, share in zip(table["group"], table["place"], table["share"], strict=True):
        if place in names:
            shares[GROUPS.index(group), names.index(place)] += share
    if not names:
        return settle_at_camps(geography)
    totals = shares.sum(axis=1, keepdims=True)
    shares = np.where(totals > 0, shares / np.maximum(totals, 1e-12), 1.0 / len(names))
    return np.array([geography.row(name) for name in names]), shares


def reachable(geography: Geography, goals: Ints) -> NDArray[np.bool_]:
    """Whether some way leads from each place to each goal, shape (place, goal)."""
    reach = np.arange(len(geography.places))[:, None] == goals
    ahead = np.where(geography.out_legs >= 0, geography.destination[np.maximum(geography.out_legs, 0)], -1)
    for _ in geography.places:
        reach = reach | (reach[ahead] & (ahead >= 0)[:, :, None]).any(axis=1)
    result: NDArray[np.bool_] = reach
    return result


def settling(elsewhere: Floats, reachable: NDArray[np.bool_]) -> Floats:
    """Share of each group that settles at each goal among those that a way leads to, cumulated over the goals: of shape
    (group x places + place, goal); all goals alike for a place from which no way leads to any of them."""
    open_shares = elsewhere[:, None, :] * reachable
    total = np.cumsum(open_shares, axis=2)[:, :, -1:]
    shares = np.where(total > 0, open_shares / np.maximum(total, 1e-12), 1.0 / open_shares.shape[2])
    return np.cumsum(shares, axis=2).reshape(-1, shares.shape[2])


def settle_at_camps(geography: Geography) -> tuple[Ints, Floats]:
    """On a map without the shipped hubs, people not bound for the United Kingdom settle at any hub, all alike."""
    hubs = geography.rows("hub")
    hubs = hubs if len(hubs) else geography.rows("camp")
    return hubs, np.full((len(GROUPS), len(hubs)), 1.0 / len(hubs))
