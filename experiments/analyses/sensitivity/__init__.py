"""Which parameters an indicator depends on: methods, indices, and the analysis that runs them."""
