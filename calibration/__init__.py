"""Observed values, what is derived from them, and the fit of parameters to them up to a cut."""
