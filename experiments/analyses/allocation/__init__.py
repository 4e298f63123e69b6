"""Which packages of measures within a budget no other package beats."""
