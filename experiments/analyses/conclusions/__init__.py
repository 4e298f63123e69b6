"""Declared statements, counted over sampled points and draws of a posterior."""
