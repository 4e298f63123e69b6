"""The route walk on other engines, run as programs of their own."""
