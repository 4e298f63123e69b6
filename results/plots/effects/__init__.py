"""Figures of effects: forest, waterfall, dose, break-even, pairing."""
