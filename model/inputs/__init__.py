"""The data files of a run: the map, entries, groups, history, sea and climate, read and checked."""
