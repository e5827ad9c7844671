"""The project's own checks and chores; each runs alone: `python -m tools.NAME`."""
