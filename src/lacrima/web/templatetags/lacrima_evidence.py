"""Where an entry of the evidence stands: its page, or its place on the page of its kind."""

from __future__ import annotations

from django import template
from django.urls import reverse

from lacrima.practice.evidence_pages import Kind, Line

register = template.Library()

_OWN_PAGE = {
    Kind.STUDIES: "evidence-study",
    Kind.CLAIMS: "evidence-claim",
    Kind.QUESTIONS: "evidence-question",
}
_PAGE_OF_KIND = {
    Kind.ARGUMENTS: "evidence-arguments",
    Kind.STEPS: "evidence-after",
    Kind.RISKS: "evidence-after",
    Kind.CONFLICTS: "evidence-disagreements",
    Kind.GAPS: "evidence-not-studied",
    Kind.FIGURES: "evidence-figures",
    Kind.PICTURES: "evidence-pictures",
    Kind.SOURCES: "evidence-reading",
}


@register.filter
def evidence_url(line: Line) -> str:
    """The address of one entry."""
    if line.kind in _OWN_PAGE:
        return reverse(_OWN_PAGE[line.kind], args=[line.id])
    return f"{reverse(_PAGE_OF_KIND[line.kind])}#{evidence_anchor(line)}"


@register.filter
def thousands(number: int) -> str:
    """A count of people as it is read: 30,000."""
    return f"{number:,}"


@register.filter
def evidence_anchor(line: Line) -> str:
    """The id of its place on a page; kinds are told apart, since a step may share a risk's id."""
    return f"{line.kind.value}-{line.id}"
