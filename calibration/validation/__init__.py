"""Scores, baselines and patterns of predictions."""
