"""Pictures of numbers as SVG drawn on the server, each with its table."""

from lacrima.web.charts.course import Chart, Figure, course_chart, course_figure
from lacrima.web.charts.values import (
    Band,
    CourseData,
    Cutoff,
    MarkKind,
    MomentMark,
    Role,
    Series,
    Shift,
    TableData,
)

__all__ = [
    "Band",
    "Chart",
    "CourseData",
    "Cutoff",
    "Figure",
    "MarkKind",
    "MomentMark",
    "Role",
    "Series",
    "Shift",
    "TableData",
    "course_chart",
    "course_figure",
]
