"""The three kinds of agent as tables: migrants, networks and patrols."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from corridor.model.engine.codes import Codes
from corridor.model.engine.tables import Calendar, Column, Rows, Table


class Status(metaclass=Codes):
    """Where a person stands; everyone who ever entered has exactly one."""

    WAITING = 0
    TRAVELLING = 1
    COAST = 2
    BOOKED = 3
    SHELTERED = 4
    DETAINED = 5
    SETTLED = 6
    ARRIVED_BOAT = 7
    ARRIVED_LORRY = 8
    RETURNED = 9
    GAVE_UP = 10
    DEAD = 11


FINAL = (Status.SETTLED, Status.ARRIVED_BOAT, Status.ARRIVED_LORRY, Status.RETURNED, Status.GAVE_UP, Status.DEAD)


UK = 0  # number of the United Kingdom among the destinations; the others are places where people settle


class MigrantTable(Table):
    """People, one row each (or one for `scale` people)."""

    COLUMNS: ClassVar[dict[str, Column]] = {
        "key": Column("u8", "", "hash of seed, entry point and group, entry day and rank that day"),
        "replicate": Column("i2", "", "which copy of the map"),
        "group": Column("i1", "", "nationality group"),
        "destination": Column("i1", "", "0 the United Kingdom, else the number of a place where people settle"),
        "status": Column("i1", "", "see Status"),
        "place": Column("i4", "place row", "where the person is, or left last"),
        "leg": Column("i4", "leg row", "the leg being travelled, -1 for none", -1),
        "due": Column("i4", "day", "day of the next decision", -1),
        "entered": Column("i4", "day", "day of entry"),
        "reached_coast": Column("i4", "day", "day the camps were first reached, -1 before", -1),
        "money": Column("f4", "EUR", "money that can be raised for the Channel"),
        "kin": Column("?", "", "has kin in the United Kingdom"),
        "lorry_only": Column("?", "", "a deterred Albanian who comes by lorry and takes no boat"),
        "risk_aversion": Column("f4", "", "multiplies the weight of believed risk, mean one"),
        "failed": Column(
            "i2", "events", "attempts at borders and in boats that failed, and in lorries that were searched"
        ),
        "boat_attempts": Column("i2", "events", "boat attempts that met an outcome"),
        "tried_on": Column("i4", "day", "day of the latest boat attempt that met an outcome, -1 for none", -1),
        "network": Column("i4", "network row", "network that holds the booking, -1 for none", -1),
        "booked_on": Column("i4", "day", "day of the booking"),
        "heard": Column("i4", "day", "day on which beliefs were last refreshed"),
        "belief_boat": Column("f4", "probability", "believed chance that a boat attempt is stopped"),
        "trust_boat": Column("f4", "", "trust in that belief"),
        "belief_lorry": Column("f4", "probability", "believed chance that a lorry attempt is found"),
        "trust_lorry": Column("f4", "", "trust in that belief"),
        "belief_death": Column("f4", "per 10 000", "believed deaths per 10 000 boat attempts"),
        "trust_death": Column("f4", "", "trust in that belief"),
    }

    def __init__(self, capacity: int, calendar: Calendar) -> None:
        super().__init__(capacity)
        self.calendar = calendar

    def write(self, name: str, rows: Rows, values: Any) -> None:
        """As for every table; who is due on another day is filed under it."""
        super().write(name, rows, values)
        if name == "due":
            self.calendar.put(rows)


class NetworkStatus(metaclass=Codes):
    """A smuggling network trades, recovers from a dismantling, or its row is empty."""

    ABSENT = 0
    ACTIVE = 1
    RECOVERING = 2


class NetworkTable(Table):
    """Smuggling networks; the table `sector_belief` of shape (network, sector) stands beside the columns."""

    COLUMNS: ClassVar[dict[str, Column]] = {
        "key": Column("u8", "", "hash of seed and slot"),
        "replicate": Column("i2", "", "which copy of the map"),
        "status": Column("i1", "", "see NetworkStatus"),
        "size": Column("f8", "launches/day", "launches that can be staffed on a night that can be used as a whole"),
        "boats": Column("i8", "boats", "boats with engines in the depot"),
        "clients": Column("i8", "agents", "people booked and waiting"),
        "fare": Column("f8", "EUR", "price of a seat"),
        "launches": Column("i8", "boats", "launches planned today"),
        "seats": Column("i8", "agents", "people put in each of today's boats"),
        "taxi_share": Column("f8", "share", "share of launches by taxi boat"),
        "margin": Column("f8", "EUR", "running mean of profit per launch"),
        "cash": Column("f8", "EUR", "money earned less boats bought"),
        "back_on": Column("i8", "day", "day on which a recovering network trades again", -1),
    }

    def __init__(self, capacity: int, n_sectors: int) -> None:
        super().__init__(capacity)
        self.sector_belief = np.zeros((max(16, capacity), n_sectors))


class PatrolTable(Table):
    """Patrol teams on the French coast."""

    COLUMNS: ClassVar[dict[str, Column]] = {
        "key": Column("u8", "", "hash of seed and team number"),
        "replicate": Column("i2", "", "which copy of the map"),
        "number": Column("i4", "", "rank of the team; the first n are on duty"),
        "on_duty": Column("?", "", "is in the force today"),
        "sector": Column("i4", "sector row", "where the command sent it"),
        "night": Column("?", "", "works from midnight to nine"),
    }
