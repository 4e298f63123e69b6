"""Scenarios of Flee: read, simulated with a movement rule after its published description, and scored as it scores.

Flee (Suleimenova, Bell & Groen 2017, doi:10.1038/s41598-017-13828-9) simulates where people go who flee a conflict; its
scenarios are folders of CSV files (flee.readthedocs.io). No code of it is used here.
"""
