"""The addresses of the pages on evidence."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lacrima.web.views import evidence

urlpatterns: list[URLPattern | URLResolver] = [
    path("evidence", evidence.evidence, name="evidence"),
    path("evidence/studies/<slug:study_slug>", evidence.study, name="evidence-study"),
    path("evidence/claims/<slug:claim_slug>", evidence.claim, name="evidence-claim"),
    path("evidence/questions/<slug:question_slug>", evidence.question, name="evidence-question"),
    path("evidence/for-and-against", evidence.arguments, name="evidence-arguments"),
    path("evidence/after-tears", evidence.after, name="evidence-after"),
    path("evidence/disagreements", evidence.disagreements, name="evidence-disagreements"),
    path("evidence/not-studied", evidence.not_studied, name="evidence-not-studied"),
    path("evidence/pictures", evidence.pictures, name="evidence-pictures"),
    path("evidence/figures", evidence.figures, name="evidence-figures"),
    path("evidence/how-it-was-read", evidence.reading, name="evidence-reading"),
]
