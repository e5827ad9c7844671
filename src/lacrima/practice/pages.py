"""What people see, page by page, as plain values made with few queries."""

from __future__ import annotations

from lacrima.practice.cards import Card
from lacrima.practice.caseload_rules import Rule
from lacrima.practice.differences import Difference
from lacrima.practice.pages_caseload import CaseloadLine, CaseloadPage, Period, caseload
from lacrima.practice.pages_change import ChangeView, changes_of
from lacrima.practice.pages_client import (
    ClientPage,
    MomentLine,
    SlotLine,
    client_page,
)
from lacrima.practice.pages_course import Course, CourseSeries
from lacrima.practice.pages_list import ClientLine, client_list
from lacrima.practice.pages_moment import (
    MomentPage,
    OfferView,
    SessionPage,
    VoiceGroup,
    moment_page,
    session_page,
)
from lacrima.practice.pages_moment_words import MomentMark
from lacrima.practice.pages_parts import AnswersLine, PersonView, RiskLine, SessionLine
from lacrima.practice.pages_report import (
    ClientReport,
    ReportFrame,
    client_report,
    credit_of,
    frame_of,
)
from lacrima.practice.pages_today import TodayPage, today
from lacrima.practice.pages_voice import VoiceView

__all__ = [
    "AnswersLine",
    "Card",
    "CaseloadLine",
    "CaseloadPage",
    "ChangeView",
    "ClientLine",
    "ClientPage",
    "ClientReport",
    "Course",
    "CourseSeries",
    "Difference",
    "MomentLine",
    "MomentMark",
    "MomentPage",
    "OfferView",
    "Period",
    "PersonView",
    "ReportFrame",
    "RiskLine",
    "Rule",
    "SessionLine",
    "SessionPage",
    "SlotLine",
    "TodayPage",
    "VoiceGroup",
    "VoiceView",
    "caseload",
    "changes_of",
    "client_list",
    "client_page",
    "client_report",
    "credit_of",
    "frame_of",
    "moment_page",
    "session_page",
    "today",
]
