"""Places in a session, in whole milliseconds from its start."""

from __future__ import annotations

from dataclasses import dataclass

from lacrima.errors import OutOfRange


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a session, from `start_ms` up to but not including `end_ms`.

    >>> Span(0, 1_000).overlap(Span(400, 2_000))
    Span(start_ms=400, end_ms=1000)

    Raises OutOfRange unless both are whole numbers and 0 <= start_ms < end_ms.
    """

    start_ms: int
    end_ms: int

    def __post_init__(self) -> None:
        """Refuse a span that is not whole, begins before the session, or has no length."""
        if type(self.start_ms) is not int or type(self.end_ms) is not int:
            raise OutOfRange("a span that is not in whole milliseconds", expected="whole numbers")
        if not 0 <= self.start_ms < self.end_ms:
            raise OutOfRange(
                "a span that ends before it begins, or begins before the session",
                expected="0 <= start < end",
            )

    @property
    def duration_ms(self) -> int:
        """How long the span lasts."""
        return self.end_ms - self.start_ms

    def overlap(self, other: Span) -> Span | None:
        """What both spans share, or None where they share nothing. Touching is not sharing."""
        start_ms = max(self.start_ms, other.start_ms)
        end_ms = min(self.end_ms, other.end_ms)
        return Span(start_ms, end_ms) if start_ms < end_ms else None

    def has_overlap(self, other: Span) -> bool:
        """Whether the spans share at least a millisecond."""
        return self.overlap(other) is not None

    def clip(self, *, to: Span) -> Span | None:
        """The part of this span inside `to`, or None when it lies wholly outside."""
        return self.overlap(to)
