"""Numbers in, numbers out: NumPy arrays and nothing of people, files or pages."""
