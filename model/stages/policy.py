"""Policies in force, and the committee that reviews them."""

from __future__ import annotations

import numpy as np

from corridor.model.day_inputs import baseline_inputs
from corridor.model.engine.stage import stage
from corridor.model.inputs.conditions import together
from corridor.model.state import COMMITTEE_SHARES, State


@stage(writes="inputs")
def apply(m: State) -> None:
    """Levers in force today act on the inputs of the day; nothing is done while neither levers nor history move."""
    pulls = m.policy.pulls(m.date)
    conditions = [each.on(m.date) for each in m.conditions]
    standing = (m.history.values_on(m.date), conditions, [(found.name, value) for found, value in pulls])
    if standing == m.standing:
        return
    m.standing = standing
    m.inputs = baseline_inputs(m.p, m.geography, m.history, m.date, together(conditions))
    for found, value in pulls:
        found.pull(m.inputs, np.array(value) if isinstance(value, tuple) else value, m.geography)


@stage(writes="committee")
def review(m: State) -> None:
    """Every N days the committee moves effort towards the measure it last favoured, if its indicator got better.

    Hill climbing on a chosen mix of indicators: while the score improves the same measure is favoured again, when it
    worsens the next one is. All effort stays in the sum: each keeps at least a tenth before shares are made to sum up
    again. It counts from the day on which it begins.
    """
    committee = m.committee
    share = np.broadcast_to(m.inputs.committee_share, m.replicates)
    sits = share != 0.0
    committee.rest(~sits)
    if not sits.any():
        return
    committee.add_up(m.today, sits)
    due = sits & (committee.days >= np.maximum(1, np.rint(m.inputs.committee_days)))
    if not due.any():
        return
    score = committee.score(m.inputs)
    worse = due & (score < committee.last_score)
    committee.favoured = np.where(worse, (committee.favoured + 1) % len(COMMITTEE_SHARES), committee.favoured)
    shifted = committee.effort * (1.0 - share[:, None])
    moved = committee.effort.sum(axis=1) - shifted.sum(axis=1)
    shifted[np.arange(len(moved)), committee.favoured] += moved
    floor = 0.1
    kept = np.maximum(shifted, floor)
    shared = kept * len(COMMITTEE_SHARES) / kept.sum(axis=1, keepdims=True)
    committee.effort = np.where(due[:, None], shared, committee.effort)
    committee.begin_period(score, due)
