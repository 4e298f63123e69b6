"""One small piece of work that every engine can do: a walk over a network of routes, and attempts at a coast."""
