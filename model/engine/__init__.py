"""Nothing about migration: keyed draws, kernels, tables, calendar, parameters of replicates, errors."""
