"""Beliefs: own experience, exchange with the voice of a place, and rumours between networks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corridor.model.decisions import Decision
from corridor.model.engine import draws, kernels
from corridor.model.engine.stage import stage
from corridor.model.stages.smugglers import active_rows
from corridor.model.state import BELIEFS, State
from corridor.model.tables import Status

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SPANS = (1.0, 1.0, 20.0)  # distance of two beliefs that counts as full contradiction: probabilities, deaths in 10,000
DAYS_A_YEAR = 365.25
TRUST_IN_EXPERIENCE = 0.9  # an own attempt is hardly doubted


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
    t = m.migrants
    weight = m.p.of(t, rows).single.own_experience_weight
    value, trust = getattr(t, f"belief_{belief}"), getattr(t, f"trust_{belief}")
    value[rows] += weight * 0.5 * (1.0 - value[rows])
    trust[rows] = TRUST_IN_EXPERIENCE


def coast_news(m: State) -> None:
    """What the camps say moves towards the outcomes of the day, in boats, lorries and deaths."""
    today, camps = m.today, m.geography.rows("camp")
    pairs = (
        (today["prevented_people"], today["attempts_people"], 1.0),
        (today["lorry_detected"], today["lorry_attempts"], 1.0),
        (today["deaths_channel"], today["attempts_people"], 1e4),
    )
    opinion = m.places.opinion.reshape(m.replicates, -1, len(BELIEFS))
    trust = m.places.opinion_trust.reshape(m.replicates, -1, len(BELIEFS))
    for k, (events, tries, per) in enumerate(pairs):
        seen = np.flatnonzero(tries > 0)
        # a day with many attempts is more informative: its weight is its attempts relative to a hundred
        step = -np.expm1(-tries[seen] * m.scale / 100.0 / m.p.at(seen).opinion_memory_days)[:, None]
        rate = (per * events[seen] / tries[seen])[:, None]
        cells = np.ix_(seen, camps)
        said, trusted = opinion[:, :, k], trust[:, :, k]
        said[cells] += step * (rate - said[cells])
        trusted[cells] += step * (TRUST_IN_EXPERIENCE - trusted[cells])


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
    for k, belief in enumerate(BELIEFS):
        value, trust = getattr(t, f"belief_{belief}"), getattr(t, f"trust_{belief}")
        said, said_trust = m.places.opinion[place, k], m.places.opinion_trust[place, k]
        v, c = kernels.exchange(
            value[rows].astype(np.float64),
            trust[rows] * kept,
            said,
            said_trust,
            p.convince,
            p.convert,
            p.confuse,
            SPANS[k],
        )
        value[rows], trust[rows] = v, c
        hear_voices(m, place, v, c, k)


def hear_voices(m: State, place: Ints, value: Floats, trust: Floats, k: int) -> None:
    """What a place says moves towards the trust-weighted mean of those who spoke there today."""
    size = len(m.places.opinion)
    weight = kernels.tally(place, size, trust)
    spoke = np.flatnonzero(weight > 0)
    mean = kernels.tally(place, size, trust * value)[spoke] / weight[spoke]
    mean_trust = weight[spoke] / kernels.tally(place, size)[spoke]
    days = m.p.at(spoke // len(m.geography.places)).opinion_memory_days
    m.places.opinion[spoke, k] = kernels.approach(m.places.opinion[spoke, k], mean, days)
    m.places.opinion_trust[spoke, k] = kernels.approach(m.places.opinion_trust[spoke, k], mean_trust, days)


def networks_talk(m: State) -> None:
    """Networks' beliefs about sectors drift towards the mean of their replicate."""
    t = m.networks
    rows = active_rows(m)
    replicate = t.replicate[rows]
    number, sharing = np.maximum(kernels.tally(replicate, m.replicates), 1.0), m.p.at(replicate).belief_sharing
    for sector in range(t.sector_belief.shape[1]):
        mean = kernels.tally(replicate, m.replicates, t.sector_belief[rows, sector]) / number
        t.sector_belief[rows, sector] += sharing * (mean[replicate] - t.sector_belief[rows, sector])
