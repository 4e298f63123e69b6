"""Effects of a lever at several values: the row of the baseline."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd

from corridor.experiments.analyses.dose import DoseResponse
from corridor.results.store.yearly import WHOLE
from corridor.results.tables.doubt import ENDS, SHARES
from corridor.results.tables.summary import EFFECT_COLUMNS


def test_at_the_baseline_nothing_differs_and_nothing_varies():
    """Not the chance and doubt of the dose that stands first, nor ends where these cannot be separated."""
    about = {"baseline": "dose_000", "indicator": "attempts_people", "period": WHOLE, "seeds": 4}
    first = dict.fromkeys(("mean", "low", "high", "mean_low", "mean_high", *ENDS), -500.0) | dict.fromkeys(SHARES, 0.3)
    without = first | dict.fromkeys((*ENDS, *SHARES), np.nan)
    for effect, ends in ((first, 0.0), (without, np.nan)):
        table = pd.DataFrame([{**about, "world": "dose_001", **effect}]).reindex(columns=EFFECT_COLUMNS)
        experiment = SimpleNamespace()
        dose = DoseResponse(experiment, "w", ("patrol_officers",), ((2.0,),), date(2022, 1, 1))  # type: ignore[arg-type]
        rows = dose.doses(table).set_index("world")
        assert rows.patrol_officers.to_dict() == {"dose_000": 1.0, "dose_001": 2.0}
        assert rows.loc["dose_000", ["mean", "low", "high", "mean_low", "mean_high"]].tolist() == [0.0] * 5
        assert np.array_equal(rows.loc["dose_000", list(ENDS)].to_numpy(float), [ends] * 5, equal_nan=True)
        assert rows.loc["dose_000", list(SHARES)].isna().all()
        assert rows.loc["dose_001", "mean"] == -500.0
