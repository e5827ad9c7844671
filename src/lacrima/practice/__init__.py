"""What people do here (each change one function with `by=`) and what they see (the pages)."""

from lacrima.practice.finding import find
from lacrima.records.clock import now

__all__ = ["find", "now"]
