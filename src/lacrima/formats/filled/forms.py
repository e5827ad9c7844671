"""Filled questionnaires of one instrument, packed: one row a form, one column an item."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lacrima.errors import BadForm
from lacrima.formats.losses import Loss, together
from lacrima.instruments.definition import Instrument

NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Filled:
    """What a file holds.

    answers: shape (n forms, n items in the instrument's order), NaN is missing. people: who, as
    the file says; None where it does not. rows: where in the file (a table's row; else the
    number of the form). notes: sentences on what was understood how. losses: what was left out.
    """

    instrument: Instrument
    answers: NDArray[np.float64] = field(repr=False)
    people: tuple[str | None, ...] = field(repr=False)
    rows: tuple[int, ...]
    notes: tuple[str, ...]
    losses: tuple[Loss, ...]

    def __len__(self) -> int:
        """How many forms."""
        return len(self.rows)

    def answers_of(self, place: int) -> dict[str, int | None]:
        """One form's answers, item id to value."""
        values = self.answers[place].tolist()
        return {
            item.id: None if value != value else int(value)
            for item, value in zip(self.instrument.items, values, strict=True)
        }

    def forms(self) -> Iterator[tuple[int, str | None, dict[str, int | None]]]:
        """Row, person and answers of every form."""
        for place, (row, person) in enumerate(zip(self.rows, self.people, strict=True)):
            yield row, person, self.answers_of(place)


@dataclass(slots=True)
class Packing:
    """Forms on their way into a `Filled`."""

    instrument: Instrument
    _values: array[float] = field(default_factory=lambda: array("d"))
    _people: list[str | None] = field(default_factory=list)
    _rows: list[int] = field(default_factory=list)
    _notes: dict[str, None] = field(default_factory=dict)
    _losses: list[Loss] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Refuse an instrument that has no items to be read."""
        if not self.instrument.items:
            raise BadForm(
                "a questionnaire of which only the total is kept",
                where=self.instrument.name,
                expected="an instrument with items",
                next_step="Its total is typed in as it is; there is nothing to score",
            )

    def add(self, row: int, person: str | None, values: Iterable[float]) -> None:
        """One form: a value for each item in the instrument's order, NaN where missing."""
        self._rows.append(row)
        self._people.append(person)
        self._values.extend(values)

    def note(self, *sentences: str) -> None:
        """Say something about how the file was understood, once."""
        self._notes.update(dict.fromkeys(sentences))

    def lose(self, *losses: Loss) -> None:
        """Say what was left out."""
        self._losses.extend(losses)

    @property
    def count(self) -> int:
        """Forms so far."""
        return len(self._rows)

    def done(self) -> Filled:
        """All of it."""
        width = len(self.instrument.items)
        answers = np.frombuffer(self._values, dtype=np.float64).reshape(-1, width)
        return Filled(
            self.instrument,
            answers,
            tuple(self._people),
            tuple(self._rows),
            tuple(self._notes),
            together(self._losses),
        )
