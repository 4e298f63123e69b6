"""The style that figures share, and one file for each family of figures."""
