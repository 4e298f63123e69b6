"""How fast the model and batches are."""
