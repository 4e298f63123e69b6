"""The speed of the model and of batches."""
