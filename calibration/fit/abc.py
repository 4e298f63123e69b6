"""Sequential approximate Bayesian computation (ABC): runs that come nearer to the observed values in every round.

1. A Sobol sample of the priors is run. The nearest runs are the first particles.
2. In every round the tolerance becomes the median distance. The nearer half of the particles, each twice, tries a move:
   parameters by the preconditioned Crank-Nicolson proposal, which leaves the priors as they are (Cotter et al. 2013,
   doi:10.1214/13-STS421), with a new seed. A move is accepted if its run is within the tolerance; else the particle
   stays (Drovandi & Pettitt 2011, doi:10.1111/j.1541-0420.2010.01410.x; Del Moral, Doucet & Jasra 2012,
   doi:10.1007/s11222-011-9271-y). So neither weights nor a density are needed. In the end a run counts once, however
   many particles are at it.

A particle is a run: its parameters and its seed. A prediction continues the same run, whose past resembles the
observed one, and not other random outcomes of the same parameters.

Parameters are on an unbounded scale (normal scores of their priors), so that no move leaves a prior.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
STEPS = (0.1, 0.8)  # the shortest and longest move, 0 being none and 1 a new draw from the priors
FEW, MANY = 0.15, 0.35  # shares of accepted moves, beyond which the next moves are shorter or longer
FACTOR = 1.5


@dataclass(frozen=True)
class Method:
    """Settings of a fit: particles, rounds, the first step, and the seed."""

    particles: int = 256
    rounds: int = 4
    step: float = 0.4
    seed: int = 1


@dataclass(frozen=True)
class Particles:
    """Runs: normal scores of their parameters, shape (run, parameter), their seeds, and how far each is from what was
    observed."""

    scores: Floats
    seeds: Ints
    distances: Floats

    def at(self, rows: NDArray[np.integer] | NDArray[np.bool_]) -> Particles:
        """The particles at these rows, which may be repeated."""
        return Particles(self.scores[rows], self.seeds[rows], self.distances[rows])

    def nearest(self, size: int) -> Particles:
        """The nearest of them, in order of distance."""
        return self.at(np.argsort(self.distances, kind="stable")[:size])

    def distinct(self) -> Particles:
        """Each run once, in order of its seed."""
        return self.at(np.unique(self.seeds, return_index=True)[1])


@dataclass(frozen=True)
class Round:
    """One round: its tolerance, its step, and the share of accepted moves."""

    tolerance: float
    step: float
    moved: float


Run = Callable[[int, Floats], tuple[Ints, Floats]]
"""Runs the moves of a round: from its number and their scores to the seeds and distances of their runs."""


def sequential(first: Particles, run: Run, method: Method) -> tuple[Particles, list[Round]]:
    """The particles after all rounds, each run once, and what the rounds did."""
    particles, step, rounds = first, method.step, []
    for number in range(1, method.rounds + 1):
        parents = parents_of(particles)
        scores = proposed(parents, step, method, number)
        particles, last = moved(parents, Particles(scores, *run(number, scores)), step)
        step = next_step(last)
        rounds.append(last)
    return particles.distinct(), rounds


def parents_of(particles: Particles) -> Particles:
    """The nearer half, each twice."""
    return particles.nearest((len(particles.seeds) + 1) // 2).at(np.arange(len(particles.seeds)) // 2)


def proposed(parents: Particles, step: float, method: Method, number: int) -> Floats:
    """The proposed moves of the particles of a round, shape (particle, parameter): their density under standard normal
    scores is that of their parents."""
    random = np.random.default_rng([method.seed, number])
    noise = random.standard_normal(parents.scores.shape)
    return np.asarray(np.sqrt(1.0 - step * step) * parents.scores + step * noise)


def moved(parents: Particles, tried: Particles, step: float) -> tuple[Particles, Round]:
    """The particles after a round: moves within the tolerance are accepted."""
    tolerance = float(parents.distances.max())
    counts = tried.distances <= tolerance
    particles = Particles(
        np.where(counts[:, None], tried.scores, parents.scores),
        np.where(counts, tried.seeds, parents.seeds),
        np.where(counts, tried.distances, parents.distances),
    )
    return particles, Round(tolerance, step, float(counts.mean()))


def next_step(last: Round) -> float:
    """A shorter step after a round in which few moves were accepted, a longer one after many."""
    factor = 1.0 / FACTOR if last.moved < FEW else FACTOR if last.moved > MANY else 1.0
    return float(np.clip(last.step * factor, *STEPS))
