"""The style shared by all figures, and one file for each family of figures."""
