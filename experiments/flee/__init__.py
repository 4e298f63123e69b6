"""Scenarios of Flee: read, simulated with a movement rule after its published description, and scored as it scores.

Flee (Suleimenova, Bell & Groen 2017, doi:10.1038/s41598-017-13828-9) simulates where people who flee a conflict go. Its
scenarios are folders of CSV files (Suleimenova et al. 2021, doi:10.1007/978-3-030-77970-2_43, FabFlee). No code of it
is used here.
"""
