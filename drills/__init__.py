"""Drills: what must hold when things go wrong. `python -m drills [--quick] [--seed N]`."""
