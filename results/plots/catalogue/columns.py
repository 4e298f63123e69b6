"""The columns without which a table has no figure: that of another version or of a user may lack them."""

from __future__ import annotations

INTERVAL = {"low", "high"}
EFFECTS = {"indicator", "mean", "seeds", "interval", *INTERVAL}
QUANTILES = {"q05", "q25", "q50", "q75", "q95"}
INDICES = {"indicator", "parameter", "index", "value", "floor", *INTERVAL}

NEEDED: dict[str, set[str]] = {
    "effects": {"world", "baseline", "period", *EFFECTS},
    "attribution": {"indicator", "measure", "share", *INTERVAL},
    "coalitions": {"indicator", "world", "period", "value"},
    "dose": {"world", "baseline", *EFFECTS},
    "response": EFFECTS,
    "break_even": {"indicator", "break_even"},
    "regret": {"world", "indicator", "direction", "points", "seeds", "mean", "p90", "maximum", "mean_low", "mean_high"},
    "satisficing": {"world", "threshold", "unit", "points", "seeds", "share", "surely", *INTERVAL},
    "packages": {
        "package", "cost_eur_million", "cost_eur_million_low", "cost_eur_million_high", "on_front", "front_share",
        "points", "seeds",
    },
    "front": {"package"},
    "history_scores": {"quantity", "period", "observed", "median", *INTERVAL},
    "history_conditions": {"name", "date", "median", "prior_low", "prior_high", *INTERVAL},
    "history_parameters": {"parameter", "median", "prior_low", "prior_high", "contraction", *INTERVAL},
    "fans": {"origin", "month", "indicator", *QUANTILES},
    "forecast": {"month", "indicator", *QUANTILES},
    "ranks": {"origin", "target", "rank"},
    "scores": {"target", "origin", "method", "values", "wape", "cover90"},
    "patterns": {
        "pattern", "quantity", "period", "passes", "change", "input", "observed", "observed_low", "observed_high",
        "median", *INTERVAL,
    },
    "rolling_scores": {"target", "method", "horizon", "relative_wis"},
    "rolling_units": {"target", "method", "pit"},
    "indices": {"world", "baseline", "method", "unit", *INDICES},
    "indices_by_year": {"period", *INDICES},
    "convergence": {"points", "samples", *INDICES},
}  # fmt: skip
INTERACTION = {"interaction", "interaction_low", "interaction_high"}  # of two levers, beside those of a dose
OF_INDICATORS = ("indicator", "target")  # columns that say of which indicator a row is
