"""Lacrima: emotional moments in psychotherapy, and what came after."""

__version__ = "0.2.0"
