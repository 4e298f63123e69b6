"""Forecasts from a posterior."""
