"""The slow programme: closed forms against runs of the model, each drawn with its bound (`make verification`)."""
