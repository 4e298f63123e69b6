"""`corridor app`: a page served on this machine, to explore stored results and to play with levers (README.md)."""
