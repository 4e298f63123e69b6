"""Which package is robust: regret, thresholds kept and failures over many points of the parameters."""
