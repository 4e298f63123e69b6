"""Statements about worlds, counted over sampled points and draws."""
