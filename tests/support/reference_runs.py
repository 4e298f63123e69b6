"""The cases of `reference_cases` run on arrays and agent by agent, and what differs between the two."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from corridor.model import DataFiles, MigrationModel, Parameters
from corridor.model.inputs.map_files import load_geography
from corridor.model.parameters import PARAMETERS
from corridor.model.reference import ReferenceModel
from corridor.model.reference.migrant import Migrant
from corridor.model.reference.network import Network
from corridor.model.reference.patrol import Patrol
from corridor.model.tables import Status
from tests.support.reference_cases import TRADE, WHOLE, Case

DATA = Path(__file__).parents[1] / "data"
KNOW_HOW = 10.0  # launches that the trade knows how to make in a night


def arguments(case: Case, folder: Path) -> dict[str, Any]:
    """The small world of a case; a user's own sea has windows, winds and waves in turn, a record has boats or none."""
    days = [WHOLE[0] + timedelta(days=k) for k in range(WHOLE[1])]
    sea = record = None
    if case.own_sea:
        sea = folder / "sea.csv"
        nights = [(".8,,", ",6.5,", ",3,.7", "0,9,2")[k % 4] for k in range(len(days) - 20)]
        sea.write_text("date,window,wind,wave\n" + rows_of(days, nights), encoding="utf-8")
    if case.recorded:
        record = folder / "record.csv"
        crossings = [("40,1", "0,0", "900,20")[k % 3] for k in range(len(days) - 30)]
        record.write_text("date,people,boats\n" + rows_of(days, crossings), encoding="utf-8")
    geography = load_geography(DATA / "small_places.csv", DATA / "small_legs.csv")
    files = DataFiles(entries=DATA / "small_entries.csv", sea=sea, sea_record=record, record_until=days[45])
    return {"geography": geography, "files": files}


def rows_of(days: list[date], cells: list[str]) -> str:
    """Rows of a CSV with a day before each text of cells, as many as there are texts."""
    return "".join(f"{day},{text}\n" for day, text in zip(days, cells, strict=False))


def arrays(
    case: Case, seeds: tuple[int, ...], folder: Path, period: tuple[date, int], watched: Counter[str] | None = None
) -> MigrationModel:
    """The case run on arrays to its end; days of each event are added to `watched`."""
    (start, days), params = period, Parameters({**TRADE, **case.changes}, PARAMETERS, case.conditions)
    end = start + timedelta(days=days - 1)
    model = MigrationModel(params, case.policy(), seeds, start, end, case.scale, **arguments(case, folder))
    model.market.launches_ever[:], model.market.know_how[:] = case.launches_ever, KNOW_HOW
    for _ in range(days):
        model.step()
        if watched is not None:
            watched.update(events(model))
    return model


def events(m: MigrationModel) -> list[str]:
    """Events of today that no flow counts."""
    detention, south = round(m.p.detention_places / m.scale), m.geography.region_shares("south") > 0
    room = np.floor(m.inputs.places_opened[south] / m.scale)
    sheltered = m.places.sheltered.reshape(m.replicates, -1)
    seats = m.networks.column("seats")[m.networks.column("launches") > 0] * m.scale
    people = m.migrants
    back_inland = (people.column("status") == Status.WAITING) & (people.column("reached_coast") >= 0)
    closed = (m.geography.reception_places < 1).sum()
    happened = {
        "boats scarce": m.market.scarcity.max() > 0.3,
        "boats crowded": (seats > m.market.hull_seats.max() + m.scale).any(),
        "two launches of one network": m.networks.column("launches").max() > 1,
        "a boat lost": m.records.daily["deaths_channel"][:, m.day - 1].max() >= 3 * m.scale,
        "people hidden at a stopped launch": (m.migrants.status[m.boats.aboard] == Status.BOOKED).any(),
        "detention full": (m.market.detained >= detention).any(),
        "a southern place full": (sheltered[:, south] >= room).any() and room.max() > 0,
        "a shelter at the coast full": (sheltered[:, m.geography.row("camp_dunkirk")] * m.scale >= 10).any(),
        "somebody cleared goes inland": back_inland.any(),
        "somebody leaves a closed place": (m.geography.reception_places * m.inputs.places_factor < 1).sum() > closed,
        "deterred Albanians take lorries": m.migrants.column("lorry_only").any(),
        "the committee moves effort": (m.committee.effort != 1.0).any(),
    }
    return [name for name, has in happened.items() if has]


def agents(case: Case, seed: int, folder: Path, period: tuple[date, int]) -> ReferenceModel:
    """The case run agent by agent to its end."""
    (start, days), params = period, Parameters({**TRADE, **case.changes}, PARAMETERS, case.conditions)
    end = start + timedelta(days=days - 1)
    model = ReferenceModel(params, case.policy(), seed, start, end, case.scale, **arguments(case, folder))
    model.market.launches_ever, model.market.know_how = case.launches_ever, KNOW_HOW
    for _ in range(days):
        model.step()
    return model


def differences(ours: MigrationModel, k: int, reference: ReferenceModel) -> list[str]:
    """What in replicate `k` of the arrays does not equal the reference: records, columns, beliefs, voices, market."""
    journal, known = reference.journal, reference_state(reference)
    pairs = {name: (values[k], journal.daily[name]) for name, values in ours.records.daily.items()}
    pairs |= {name: (each.values[k], journal.yearly[name]) for name, each in ours.records.yearly.items()}
    for table, kind in ((ours.migrants, Migrant), (ours.networks, Network), (ours.patrols, Patrol)):
        mine = np.flatnonzero(table.column("replicate") == k)
        for name, values in reference.columns(kind).items():
            pairs[f"{kind.__name__}.{name}"] = (local(ours, table.column(name)[mine], name, k), values)
    slots = np.flatnonzero(ours.networks.column("replicate") == k)
    pairs["sector_belief"] = ours.networks.sector_belief[slots], [n.sector_belief for n in reference.networks]
    pairs |= {name: (value, known[name]) for name, value in state(ours, k).items()}
    return [name for name, (one, other) in pairs.items() if not np.array_equal(one, other)]


def local(ours: MigrationModel, values: np.ndarray, name: str, k: int) -> np.ndarray:
    """Rows of places and networks count through the copies of the map; here from the start of copy `k`."""
    if name == "replicate":
        return values - k
    if name == "place":
        return values - k * len(ours.geography.places)
    if name == "network":
        return np.where(values >= 0, values - k * (ours.networks.n // ours.replicates), values)
    return values


def state(ours: MigrationModel, k: int) -> dict[str, Any]:
    """What places, legs, sectors, market and committee of replicate `k` hold at the end."""
    places, legs, sectors = len(ours.geography.places), len(ours.geography.origin), ours.sectors
    here, roads = slice(k * places, (k + 1) * places), slice(k * legs, (k + 1) * legs)
    return {
        "opinion": ours.places.opinion[here],
        "opinion_trust": ours.places.opinion_trust[here],
        "believed_stop": ours.legs.believed_stop[roads],
        "launches_seen": sectors.launches_seen[k],
        "officer_hours": sectors.officer_hours[k],
        "teams": sectors.teams[k],
        "effort": ours.committee.effort[k],
        "favoured": ours.committee.favoured[k],
        **{name: values[k] for name, values in vars(ours.market).items()},
        **{name: values[k] for name, values in vars(ours.sea).items()},
    }


def reference_state(reference: ReferenceModel) -> dict[str, Any]:
    """The same of the reference."""
    m = reference
    return {
        "opinion": [place.opinion for place in m.places],
        "opinion_trust": [place.opinion_trust for place in m.places],
        "believed_stop": m.believed_stop,
        "launches_seen": [s.launches_seen for s in m.sectors],
        "officer_hours": [s.officer_hours for s in m.sectors],
        "teams": [s.teams for s in m.sectors],
        "effort": m.committee.effort,
        "favoured": m.committee.favoured,
        "detained": m.detained(),
        **vars(m.market),
        **vars(m.sea),
    }
