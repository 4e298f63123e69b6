"""The stages of the day, one file for each kind of agent or process."""
