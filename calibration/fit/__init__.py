"""Priors, tables of runs, distances, the fit and its posterior."""
