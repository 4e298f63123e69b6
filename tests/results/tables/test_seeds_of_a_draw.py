"""Seeds of one draw of a posterior are not independent: tables count draws, whatever the number of seeds of each."""

from __future__ import annotations

import json
from dataclasses import asdict
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from corridor.experiments.analyses.break_even import BreakEven
from corridor.model import INDICATORS, load_geography
from corridor.results.tables.flows import flows_of, legs_of
from corridor.results.tables.intervals import further_draw, half_width
from corridor.results.tables.joint import joint_effects
from corridor.results.tables.outcomes import averted

DRAWS, SEEDS = 8, 4
BY_DRAW = np.array([3.0, -1.0, 4.0, 1.0, -5.0, 9.0, 2.0, 6.0]) * 100.0
BY_SEED = np.repeat(BY_DRAW, SEEDS)  # no chance at all: every seed of a draw has the same value
NUMBER = np.repeat(np.arange(1, DRAWS + 1), SEEDS)
SEED = np.arange(1, DRAWS * SEEDS + 1)


def dataset_of(**variables: object) -> xr.Dataset:
    coordinates = {"point": SEED, "seed": ("point", SEED), "draw": ("point", NUMBER)}
    known = {"arrivals_people": asdict(INDICATORS["arrivals_people"])}
    return xr.Dataset(variables, coordinates, {"indicators": json.dumps(known), "from_posterior": 1})


def test_the_joint_effect_has_an_interval_over_draws() -> None:
    values = pd.concat(
        pd.DataFrame({"world": world, "indicator": "arrivals_people", "period": "2023", "seed": SEED, "value": value})
        for world, value in (("none", 0.0), ("both", 2.0 * BY_SEED), ("one", BY_SEED), ("other", BY_SEED))
    )
    (row,) = joint_effects(dataset_of(), "none", values, {"both": ["one", "other"]}).to_dict("records")
    assert row["interval"] == "draw_normal" and row["package"] == 2.0 * BY_DRAW.mean()
    assert (row["package_low"], row["package_high"]) == pytest.approx(further_draw(2.0 * BY_SEED, DRAWS))


def test_what_is_averted_is_stretched_by_the_number_of_draws() -> None:
    ends = [np.ptp(averted(BY_SEED, True, np.random.default_rng(1), draws)) for draws in (DRAWS, None)]
    assert ends == pytest.approx([2.0 * float(half_width(DRAWS, BY_SEED.std(ddof=1))), np.ptp(BY_DRAW)])
    assert ends[0] > 1.1 * ends[1]


def test_people_along_a_leg_have_an_interval_over_draws() -> None:
    geography = load_geography()
    legs = legs_of(geography).leg.to_numpy()
    people = 1000.0 + BY_SEED[:, None, None] * np.ones((1, 1, len(legs)))
    about = {"year": [2023], "leg": legs, "world": "a"}
    here = dataset_of(leg_flows=(("point", "year", "leg"), people)).assign_coords(about)
    found = flows_of(here, geography)
    assert found[["low", "high"]].iloc[0].tolist() == pytest.approx(list(further_draw(1000.0 + BY_SEED, DRAWS)))
    few = dataset_of(leg_flows=(("point", "year", "leg"), people - 1000.0 - BY_SEED.min())).assign_coords(about)
    assert further_draw(BY_SEED - BY_SEED.min(), DRAWS)[0] < 0.0 == flows_of(few, geography).low.iloc[0]


def test_a_break_even_value_is_resampled_by_draw() -> None:
    values = np.linspace(0.0, 1.0, 5)

    def found(numbers: np.ndarray, draws: dict[int, int], seeds: int) -> dict[str, object]:
        effects = (values[:, None] - 0.5) * 1000.0 + BY_DRAW - BY_DRAW.mean()
        index = pd.MultiIndex.from_product([values, ["arrivals_people"], numbers], names=["p", "indicator", "seed"])
        differences = pd.Series(np.repeat(effects, seeds, axis=1).ravel(), index)
        asked = SimpleNamespace(values=values, world="a", baseline="b", parameter="p")
        (row,) = BreakEven.break_even(asked, differences, draws).to_dict("records")
        return row

    one_seed = found(np.arange(1, DRAWS + 1), {}, 1)
    assert found(SEED, dict(zip(SEED.tolist(), NUMBER.tolist(), strict=True)), SEEDS) == one_seed
    assert one_seed["break_even_high"] - one_seed["break_even_low"] > 0.1
