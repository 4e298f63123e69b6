"""A farm whose animals are rows of two tables, beside ordinary agents: small enough to check by hand."""

from __future__ import annotations

from typing import ClassVar

from corridor.model.engine.tables import Column, Table
from corridor.model.mesa_views.agents import Agent
from corridor.model.mesa_views.models import Model
from corridor.model.mesa_views.views import RowAgent


class Herd(Table):
    COLUMNS: ClassVar = {
        "weight": Column("f4", "kg", "weight"),
        "legs": Column("i1", "", "number of legs"),
        "alive": Column("?", "", "is alive"),
        "key": Column("u8", "", "hash"),
    }


class Flock(Table):
    COLUMNS: ClassVar = {"legs": Column("i1", "", "number of legs"), "key": Column("i8", "", "hash")}


class Cow(RowAgent):
    TABLE = Herd


class Bird(RowAgent):
    TABLE = Flock


class Farmer(Agent):
    """An ordinary agent beside the rows."""

    def __init__(self, model: Model, legs: int = 2, name: str = "") -> None:
        super().__init__(model)
        self.legs, self.name = legs, name

    def greet(self) -> str:
        return f"farmer {self.unique_id}"


class Farm(Model):
    def __init__(self) -> None:
        super().__init__(rng=1)
        self.herd, self.flock = Herd(4), Flock(4)
        self.hold(self.herd, Cow)
        self.hold(self.flock, Bird)
        self.herd.weight[self.herd.add(6)] = [3, 1, 2, 3, 1, 2]
        self.herd.legs[:6] = 4
        self.flock.legs[self.flock.add(3)] = 2
