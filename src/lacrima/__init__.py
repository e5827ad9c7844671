"""Lacrima: emotional moments in psychotherapy, and what came after."""

__version__ = "0.1.0"
