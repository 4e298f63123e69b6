"""The command line: options, each declared once, errors, progress, and one file for each group of commands."""
