"""Summaries, effects, outcomes and the writing of tables."""
