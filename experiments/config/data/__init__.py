"""Data of an experiment, the user's own or the shipped: map, entries, sea, past, conditions of the time."""
