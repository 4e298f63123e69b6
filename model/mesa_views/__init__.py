"""The model as Mesa sees it: agents, sets of agents and a `mesa.Model`. Nothing else knows Mesa."""
