"""Beliefs: own experience, exchange with the voice of a place, and rumours between networks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corridor.model.day_inputs import along
from corridor.model.decisions import Decision
from corridor.model.engine import draws, kernels
from corridor.model.engine.stage import stage
from corridor.model.stages.smugglers import active_rows
from corridor.model.state import BELIEFS, State
from corridor.model.tables import Status

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SPANS = np.array([[1.0], [1.0], [20.0]])  # distance of two beliefs that counts as full contradiction, one a belief
PER = np.array([1.0, 1.0, 1e4])  # tries that a belief counts events in: probabilities, deaths in 10,000
DAYS_A_YEAR = 365.25


@stage(
    writes="migrants.belief_boat migrants.trust_boat migrants.belief_lorry migrants.trust_lorry "
    "migrants.belief_death migrants.trust_death migrants.heard places.opinion places.opinion_trust "
    "networks.sector_belief market.arrivals_known market.chance_known"
)
def talk(m: State) -> None:
    """What happened spreads: to those who lived it, to the places they are at, and on to those who listen there."""
    experience(m, m.coast.stopped, "boat")
    experience(m, np.concatenate([m.coast.detected, m.coast.turned_away]), "lorry")
    coast_news(m)
    converse(m)
    networks_talk(m)
    tried = np.flatnonzero(m.today["attempts_people"] > 0)
    arrived = m.today["arrivals_people"][tried] / m.today["attempts_people"][tried]
    memory = m.p.at(tried).news_memory_days
    m.market.chance_known[tried] = kernels.approach(m.market.chance_known[tried], arrived, memory)
    m.market.arrivals_known = kernels.approach(
        m.market.arrivals_known, DAYS_A_YEAR * m.today["arrivals_people"] * m.scale, m.p.news_memory_days
    )


def experience(m: State, rows: Ints, belief: str) -> None:
    """Somebody who was stopped believes more in being stopped, and trusts it."""
    if len(rows) == 0:
        return
    t = m.migrants
    p = m.p.of(t, rows)
    kept = np.exp(-(m.day - t.heard[rows]) / p.trust_memory_days)  # of the trust in what was heard before
    t.heard[rows] = m.day
    for name in BELIEFS:
        trust = getattr(t, f"trust_{name}")
        trust[rows] = p.trust_in_experience if name == belief else trust[rows] * kept
    value = getattr(t, f"belief_{belief}")
    value[rows] += p.single.own_experience_weight * 0.5 * (1.0 - value[rows])


def coast_news(m: State) -> None:
    """What the camps say moves towards the outcomes of the day, in boats, lorries and deaths."""
    today, camps = m.today, m.geography.camps
    events = np.stack([today["prevented_people"], today["lorry_detected"], today["deaths_channel"]], axis=1)
    tries = np.stack([today["attempts_people"], today["lorry_attempts"], today["attempts_people"]], axis=1)
    p = m.p.column
    step = -np.expm1(-tries * m.scale / p.informative_attempts / p.opinion_memory_days)[:, None]
    rate = (PER * events / np.maximum(tries, 1.0))[:, None]  # where nobody tried the step is zero
    opinion = m.places.opinion.reshape(m.replicates, -1, len(BELIEFS))
    trust = m.places.opinion_trust.reshape(m.replicates, -1, len(BELIEFS))
    opinion[:, camps] += step * (rate - opinion[:, camps])
    trust[:, camps] += step * (np.asarray(p.trust_in_experience)[..., None] - trust[:, camps])


def converse(m: State) -> None:
    """People bound for the Channel who act today may exchange with the voice of their place (Hinsch & Bijak 2023)."""
    t = m.migrants
    acting = m.coast.acting
    living = (t.status[acting] <= Status.BOOKED) & (t.status[acting] != Status.TRAVELLING)
    rows = acting[living & (t.destination[acting] == 0)]
    rows = rows[draws.uniform(t.key[rows], Decision.MEETING, m.day) < m.p.of(t, rows).p_meeting]
    if len(rows) == 0:
        return
    place, p = t.place[rows], m.p.of(t, rows)
    kept = np.exp(-(m.day - t.heard[rows]) / p.trust_memory_days)
    t.heard[rows] = m.day
    values = [getattr(t, f"belief_{belief}") for belief in BELIEFS]
    trusts = [getattr(t, f"trust_{belief}") for belief in BELIEFS]
    heard, trusted = kernels.exchange(
        np.stack([value[rows] for value in values]).astype(np.float64),
        np.stack([trust[rows] for trust in trusts]) * kept,
        m.places.opinion.take(place, axis=0).T,
        m.places.opinion_trust.take(place, axis=0).T,
        p.convince,
        p.convert,
        p.confuse,
        SPANS,
    )
    for k in range(len(BELIEFS)):
        values[k][rows], trusts[k][rows] = heard[k], trusted[k]
    hear_voices(m, place, heard, trusted)


def hear_voices(m: State, place: Ints, value: Floats, trust: Floats) -> None:
    """What a place says moves towards the trust-weighted mean of those who spoke there today; arrays of shape (belief,
    speaker)."""
    opinion, opinion_trust = m.places.opinion.ravel(), m.places.opinion_trust.ravel()  # views: both are contiguous
    cell = (place.astype(np.int64) * len(BELIEFS) + np.arange(len(BELIEFS))[:, None]).ravel()
    weight = kernels.tally(cell, len(opinion), trust.ravel())
    spoke = np.flatnonzero(weight > 0)
    mean = kernels.tally(cell, len(opinion), (trust * value).ravel())[spoke] / weight[spoke]
    mean_trust = weight[spoke] / kernels.tally(cell, len(opinion))[spoke]
    days = m.p.at(spoke // (len(m.geography.places) * len(BELIEFS))).opinion_memory_days
    opinion[spoke] = kernels.approach(opinion[spoke], mean, days)
    opinion_trust[spoke] = kernels.approach(opinion_trust[spoke], mean_trust, days)


def networks_talk(m: State) -> None:
    """Networks' beliefs about sectors drift towards the mean of their replicate."""
    t = m.networks
    rows = active_rows(m)
    replicate = t.replicate[rows]
    number, sharing = np.maximum(kernels.tally(replicate, m.replicates), 1.0), m.p.at(replicate).belief_sharing
    belief = t.sector_belief.take(rows, axis=0)
    mean = kernels.tally_columns(replicate, m.replicates, belief) / number[:, None]
    t.sector_belief[rows] = belief + along(sharing) * (mean.take(replicate, axis=0) - belief)
