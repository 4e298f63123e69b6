"""Defaults that are derived from observed values by arithmetic: `python -m corridor.calibration.evidence.derivations`.

Each function is one derivation (D26 to D42, after the D1 to D25 of the evidence review), from what was known at a cut,
and gives the default that `model/data/parameters.csv` declares, rounded there; a test holds the two together. They use
`results/observed/`, other declared defaults, and the model's own formulas. Nothing here runs the model. What they
assume stands in their docstrings. `defaults.defaults_at` derives all of them again with what was known at a cut.
"""
