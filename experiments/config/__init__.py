"""What an experiment file says, read and checked."""
