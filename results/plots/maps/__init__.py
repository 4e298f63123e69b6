"""Maps: projection, coastline, flows, coast sectors, and a year as an animation."""
