"""`python -m corridor` is the command `corridor`."""

from corridor.experiments.cli.app import main

main()
