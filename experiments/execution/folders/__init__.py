"""The folder of a run: its lock, its scratch folder, and publishing of tables and figures."""
