"""How everything under results/published/ is made: the recipe, and what carries it out."""
