"""Runs the cases of an experiment, here or on a cluster, and publishes what is made from them."""
