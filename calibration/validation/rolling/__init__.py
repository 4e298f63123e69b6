"""Forecasts from every month, simple ones and those of a model, and their scores."""
