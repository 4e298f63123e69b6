"""Figures of fits and predictions beside the record."""
