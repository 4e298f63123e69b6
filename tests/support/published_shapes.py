"""The shapes of the tables in results/published/, which have no manifest, from where the tables are made."""

from __future__ import annotations

import pandas as pd

from corridor.calibration.fit import history_tables, recovery
from corridor.calibration.validation import meanings, past
from corridor.calibration.validation.rolling import meanings as rolling
from corridor.experiments.analyses import attribution
from corridor.experiments.analyses.conclusions import analysis as conclusions
from corridor.experiments.analyses.sensitivity.meanings import index_shape, noise_shape
from corridor.experiments.published.recipe import ranking_shape
from corridor.results.tables import shapes
from corridor.results.tables.shape import Shape

SHAPES = {
    "attribution": attribution.SHARES_SHAPE,
    "costs": shapes.COSTS,
    "effects": shapes.EFFECTS,
    "measures_effects": shapes.EFFECTS,
    "summary": shapes.levels("for one further draw of the posterior"),
    "conclusions": conclusions.SHARES_SHAPE,
    "morris_indices": index_shape("morris", 8),
    "morris_noise": noise_shape("morris"),
    "sobol_indices": index_shape("sobol", 128),
    "sobol_noise": noise_shape("sobol"),
    "history_conditions": history_tables.CONDITION_SHAPE,
    "history_criteria": past.CRITERIA_SHAPE,
    "history_parameters": history_tables.LEARNED_SHAPE,
    "history_patterns": meanings.SHAPES["patterns"],
    "history_scores": history_tables.SCORE_SHAPE,
    "recovery": recovery.RECOVERY_SHAPE,
    **meanings.SHAPES,
    **rolling.SHAPES,
}


def shape_of(name: str, frame: pd.DataFrame) -> Shape:
    """The shape of a published table by its name without the ending."""
    if name == "ranking":
        return ranking_shape([each for each in frame if each not in ("parameter", "grade", "mean_share", "clear")])
    return SHAPES[name]
