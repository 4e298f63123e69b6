"""Figures of a run over time."""
