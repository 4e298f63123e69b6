"""Points at which parameters and levers are varied, and the choice of parameters."""
