"""Observed series, targets of a fit, and what is derived from them up to a cut."""
