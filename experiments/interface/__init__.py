"""What `import corridor` offers for experiments, analyses and fits; the commands call the same functions."""
