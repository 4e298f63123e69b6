"""The route walk on mesa-frames, a data frame of Polars: `python walk_mesa_frames.py PEOPLE DAYS`."""

from __future__ import annotations

import os
import sys

os.environ["POLARS_MAX_THREADS"] = "1"  # before it is imported

import numpy as np
import polars as pl
from mesa_frames import AgentSetPolars, ModelDF
from work import P_STOPPED, RECEPTION_DAYS, Network, p_attempt, report, seconds_of


class Walkers(AgentSetPolars):
    """People on the network."""

    def __init__(self, model: Walk, people: int) -> None:
        super().__init__(model)
        origins = len(model.network.origins)
        start = {"unique_id": np.arange(people), "place": (np.arange(people) % origins).astype(np.int64)}
        self.add(pl.DataFrame(start).with_columns(due=pl.lit(1, pl.Int64), attempts=pl.lit(0, pl.Int64)))

    def step(self) -> None:
        """A day of all."""
        model, network, number = self.model, self.model.network, len(self.agents)
        luck = {name: pl.Series(name, model.luck.random(number)) for name in ("u", "v", "w")}
        place, waits = pl.col("place"), pl.col("due") <= 0
        tries = waits & (pl.col("u") < p_attempt(model.day))
        stopped, across = tries & (pl.col("v") < P_STOPPED), tries & (pl.col("v") >= P_STOPPED)
        chooses = (pl.col("due") == 1) & ~place.is_in(network.coast)
        limits = np.array(network.limits(model.day))
        way = sum((pl.col("u") >= pl.lit(pl.Series(column)).gather(place)).cast(pl.Int64) for column in limits.T)
        leg = place * network.most_ways + way
        to, lengths = (pl.lit(pl.Series(np.ravel(table))) for table in (network.leads, network.days))
        before = self.agents.with_columns(**luck).with_columns(chooses=chooses, stopped=stopped, across=across, leg=leg)
        origin = (pl.col("w") * len(network.origins)).cast(pl.Int64)
        moved = before.with_columns(
            place=pl.when("chooses")
            .then(to.gather(pl.col("leg")))
            .when("stopped")
            .then(network.reception)
            .when("across")
            .then(origin)
            .otherwise(place),
            due=pl.when("chooses")
            .then(lengths.gather(pl.col("leg")))
            .when("stopped")
            .then(RECEPTION_DAYS)
            .when("across")
            .then(1)
            .otherwise(pl.max_horizontal(pl.col("due") - 1, 0)),
            attempts=pl.col("attempts") + (pl.col("stopped") | pl.col("across")).cast(pl.Int64),
        )
        model.crossed += int(before["across"].sum())
        self.agents = moved.select("unique_id", "place", "due", "attempts")


class Walk(ModelDF):
    """The walk of so many people."""

    def __init__(self, people: int) -> None:
        super().__init__(seed=1)
        self.network, self.luck, self.day, self.crossed = Network(), np.random.default_rng(1), 0, 0
        self.walkers = Walkers(self, people)
        self.agents += self.walkers

    def step(self) -> None:
        """A day of all."""
        self.agents.do("step")
        self.day += 1


def main(people: int, days: int) -> None:
    """Run it, and report."""
    walk = Walk(people)
    seconds = seconds_of(walk.step, days)
    attempts = float(walk.walkers.agents["attempts"].sum())
    report(seconds, people, days, attempts, walk.crossed)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
