"""Every figure by name: what it shows, what it needs of a stored result, and the function that plots it."""
