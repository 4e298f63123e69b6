"""The commands that fit, predict and compare with the record."""
