"""Tables in LaTeX: of standard commands, with booktabs and siunitx, and all those of a run."""
