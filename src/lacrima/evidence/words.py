"""The few words evidence is sorted by: grades of support, ways of reading, topics, units."""

from __future__ import annotations

from enum import StrEnum

from lacrima.evidence.spoken import Phrases


class Grade(StrEnum):
    """How far studies support a statement."""

    SUPPORTED = "supported"
    MIXED = "mixed"
    CONTRADICTED = "contradicted"
    UNSTUDIED = "unstudied"


class Read(StrEnum):
    """How something was read. What was only remembered is no choice: it is not kept here."""

    PAPER = "paper"
    ABOUT = "about"
    WEAK = "weak"
    DERIVED = "derived"


class Topic(StrEnum):
    """What an entry is about, in the coarse division by which people browse."""

    THERAPIST_TEARS = "therapist-tears"
    CLIENT_TEARS = "client-tears"
    SPEAKING = "speaking-of-it"
    BOND = "bond"
    ROLES = "roles-and-burden"
    SELF = "knowing-yourself"
    CONTEXT = "person-and-culture"
    CRYING = "crying-at-large"
    MEASURES = "scores-and-outcome"


class Unit(StrEnum):
    """What a figure's number counts."""

    PERCENT = "percent"
    CORRELATION = "r"
    DIFFERENCE = "d"
    ODDS_RATIO = "odds-ratio"
    RELIABILITY = "reliability"
    POINTS = "points"
    COUNT = "count"
    TIMES = "times"
    MINUTES = "minutes"


class Side(StrEnum):
    """What an argument speaks for: that such a moment may help, may harm, or for more care."""

    FOR = "for"
    AGAINST = "against"
    CARE = "care"


class Kind(StrEnum):
    """The kinds of entries, in the order in which they are listed."""

    QUESTIONS = "questions"
    CLAIMS = "claims"
    ARGUMENTS = "arguments"
    STEPS = "steps"
    RISKS = "risks"
    CONFLICTS = "conflicts"
    GAPS = "gaps"
    FIGURES = "figures"
    STUDIES = "studies"
    PICTURES = "pictures"
    SOURCES = "sources"


SAID_OF_GRADE = Phrases(
    {
        Grade.SUPPORTED: "supported",
        Grade.MIXED: "mixed, or only under conditions",
        Grade.CONTRADICTED: "contradicted",
        Grade.UNSTUDIED: "unstudied",
    }
)
SAID_OF_READ = Phrases(
    {
        Read.PAPER: "read in the paper itself",
        Read.ABOUT: "read in a page about the paper",
        Read.WEAK: "weak: one loose page, or pages that disagree",
        Read.DERIVED: "worked out here",
    }
)
SAID_OF_TOPIC = Phrases(
    {
        Topic.THERAPIST_TEARS: "Tears of the therapist",
        Topic.CLIENT_TEARS: "Tears of the client",
        Topic.SPEAKING: "Speaking of it",
        Topic.BOND: "The bond, its breaks and repairs",
        Topic.ROLES: "Roles, burden and dependence",
        Topic.SELF: "Knowing yourself, training, support",
        Topic.CONTEXT: "Person, history and culture",
        Topic.CRYING: "Crying at large",
        Topic.MEASURES: "Scores, outcome and harm",
    }
)
SAID_OF_SIDE = Phrases(
    {
        Side.FOR: "speaks for",
        Side.AGAINST: "speaks against",
        Side.CARE: "asks for care",
    }
)
