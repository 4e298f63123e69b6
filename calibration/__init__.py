"""Observed figures, and how the entries of the model are derived from them."""
