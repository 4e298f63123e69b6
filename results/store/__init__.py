"""Case files, their index, the folder of a run, and lazy reading."""
