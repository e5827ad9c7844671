"""What a fit found, as values that print as a table, say themselves and serialise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from lacrima.errors import BadInput

Matrix = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Dropped:
    """Rows left out, and why."""

    reason: str
    n: int


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One fixed coefficient with its interval; df None: the normal distribution was taken."""

    name: str
    estimate: float
    se: float
    df: float | None
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Group:
    """The random coefficients of one level: n groups, SDs and covariance of the terms."""

    name: str
    terms: tuple[str, ...]
    n: int
    sd: tuple[float, ...]
    covariance: Matrix

    def correlation(self, one: int, two: int) -> float | None:
        """Of two terms; None where one of them does not vary."""
        size = self.sd[one] * self.sd[two]
        return self.covariance[one][two] / size if size > 0 else None


@dataclass(frozen=True, slots=True)
class Seconds:
    """How long each part took."""

    read: float = 0.0
    sums: float = 0.0
    fit: float = 0.0
    df: float = 0.0


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted model.

    method: `reml` or `ml`. df_method: as asked for. covariance (p, p): of the coefficients.
    criterion: lme4's REML or ML deviance, with its constant. theta: lme4's, the finest level first.
    singular: some level's covariance has no full rank, which is normal where groups are few. why:
    what a reader must know, such as why there are no degrees of freedom; empty where nothing is.
    """

    outcome: str
    method: str
    df_method: str
    confidence: float
    rows_read: int
    rows_used: int
    dropped: tuple[Dropped, ...]
    coefficients: tuple[Coefficient, ...]
    covariance: Matrix
    groups: tuple[Group, ...]
    sigma: float
    phi: float | None
    criterion: float
    singular: bool
    why: str
    theta: tuple[float, ...]
    evaluations: int
    seconds: Seconds

    def __getitem__(self, name: str) -> Coefficient:
        """The coefficient of that name. Raises BadInput where there is none."""
        for coefficient in self.coefficients:
            if coefficient.name == name:
                return coefficient
        names = ", ".join(each.name for each in self.coefficients)
        raise BadInput(f"no coefficient {name!r}", where="fit", expected=names)

    def __str__(self) -> str:
        """The tables that a reader expects."""
        used = f"{self.rows_used} of {self.rows_read} rows"
        head = f"{self.outcome}: {self.method.upper()} {self.criterion:.4f}, {used}"
        groups = [("level", "term", "n", "SD"), *self._group_rows()]
        fixed = [("coefficient", "estimate", "se", "df", *self._limits()), *self._fixed_rows()]
        parts = [head, *_table(fixed), "", *_table(groups), *self._memory()]
        return "\n".join([*parts, "", self.why] if self.why else parts)

    def sentence(self, name: str) -> str:
        """One coefficient in words: how the outcome goes with it, never what causes it."""
        found = self[name]
        percent = f"{100 * self.confidence:g}"
        return (
            f"Per unit of {name}, {self.outcome} differs by {found.estimate:.3g} "
            f"({percent} % interval {found.low:.3g} to {found.high:.3g}; "
            f"{self.rows_used} rows, {self._counted()})."
        )

    def as_json(self) -> dict[str, object]:
        """The keys of `lacrima effects --json`, in full precision."""
        found = asdict(self)
        found["why"] = self.why or None
        return found

    def _counted(self) -> str:
        names = dict.fromkeys((group.name, group.n) for group in self.groups)
        return ", ".join(f"{n} of {name}" for name, n in names) or "no groups"

    def _limits(self) -> tuple[str, str]:
        tail = 50 * (1 - self.confidence)
        return f"{tail:g} %", f"{100 - tail:g} %"

    def _fixed_rows(self) -> Iterable[tuple[str, ...]]:
        for each in self.coefficients:
            df = "-" if each.df is None else f"{each.df:.1f}"
            numbers = (f"{number:.4f}" for number in (each.low, each.high))
            yield (each.name, f"{each.estimate:.4f}", f"{each.se:.4f}", df, *numbers)

    def _group_rows(self) -> Iterable[tuple[str, ...]]:
        for group in self.groups:
            for term, sd in zip(group.terms, group.sd, strict=True):
                yield group.name, term, str(group.n), f"{sd:.4f}"
        yield "rows", "residual", str(self.rows_used), f"{self.sigma:.4f}"

    def _memory(self) -> list[str]:
        if self.phi is None:
            return []
        return ["", f"{self.phi:.3f} of a residual stays a session later (AR(1))"]


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns of one width each, words to the left and numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [
            cell.ljust(width) if _is_words(rows, place) else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return lines


def _is_words(rows: Sequence[Sequence[str]], place: int) -> bool:
    return place == 0 or rows[0][place] == "term"
