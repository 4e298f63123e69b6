"""Sources of the documentation (`make docs`), and its pages that are made from the code's own declarations."""
