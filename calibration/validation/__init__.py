"""Scores, baselines and patterns of what was predicted."""
