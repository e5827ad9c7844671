"""The expectations of `lacrima course`: that of somebody else comes in, that of these people goes
out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lacrima.analyses.course_named import DISCLOSES, TWICE, Asked, must_agree, named_course
from lacrima.analyses.course_named_file import MOST_BYTES, TIMES, named_bytes, read_named
from lacrima.analyses.course_values import CourseRules, NamedCourse, Score
from lacrima.cli.beside import write_new
from lacrima.errors import BadInput, UsageError


@dataclass(frozen=True)
class Outside:
    """The expectation of somebody else that comes in, and that of these people that goes out."""

    come: Path | None
    go: Path | None
    name: str
    instrument: str
    time: str

    def refuse_half(self) -> None:
        """Go on when all is said that the files need."""
        if not (self.come or self.go):
            return
        if not self.instrument:
            raise _missing("--instrument", "the short name of the questionnaire, such as phq-9")
        if self.time not in TIMES:
            raise _missing("--time-in", ", ".join(TIMES))
        if self.go and not self.name.strip():
            raise _missing("--name", "whose expectation it is, so that others can say so")

    def read(self, rules: CourseRules) -> NamedCourse | None:
        """What comes in, where it agrees with these scores."""
        if self.come is None:
            return None
        try:
            with self.come.open("rb") as file:
                found = read_named(file.read(MOST_BYTES + 1))
        except OSError:
            raise BadInput(
                "an expectation that cannot be read",
                where=str(self.come),
                expected="a file written with --expectation-out",
            ) from None
        must_agree(found, Asked(self.instrument, rules, self.time))
        return found

    def made(self, scores: list[Score], rules: CourseRules) -> NamedCourse | None:
        """What goes out."""
        if self.go is None:
            return None
        return named_course(scores, Asked(self.instrument, rules, self.time), self.name.strip())

    def write(self, made: NamedCourse | None) -> dict[str, object] | None:
        """Write it, and say so to a program."""
        if made is None or self.go is None:
            return None
        data = named_bytes(made)
        read_named(data)  # what others could not read is not written
        write_new(self.go, data)
        path = str(self.go.absolute())
        return {"path": path, "name": made.name, "discloses": [DISCLOSES, TWICE]}

    def words(self, made: NamedCourse | None) -> list[str]:
        """The same for people."""
        return [] if made is None else [f"Written: {self.go}. {DISCLOSES} {TWICE}"]


def _missing(where: str, expected: str) -> UsageError:
    return UsageError("an expectation that is told by half", where=where, expected=expected)
