"""`{% form_key %}`: the hidden key of a form that has no other fields."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from lacrima.web.marks import new_key

register = template.Library()


@register.simple_tag
def form_key() -> SafeString:
    """A fresh hidden key."""
    return format_html('<input type="hidden" name="key" value="{}">', new_key())
