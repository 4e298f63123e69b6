"""Where cases run: bundles of them in processes of this machine, or on a Dask cluster."""
