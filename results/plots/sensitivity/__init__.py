"""Figures of sensitivity: tornado, Morris' plane, Sobol indices, by year and by sample."""
