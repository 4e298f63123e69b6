"""Experiments: files that say which worlds to compare, and the commands that check and run them."""
