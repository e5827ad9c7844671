"""What can be filled in, one module a page."""
