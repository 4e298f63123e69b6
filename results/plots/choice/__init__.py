"""Figures of robust choice: regret, boxes in which a package fails, fronts of packages."""
