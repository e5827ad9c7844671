"""What a browser is called in a list of those that are signed in: two words, no more."""

from __future__ import annotations

from django.utils.translation import gettext as _

# The first that fits counts: each of them also says the names of some that come after it.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrom", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def words_of(user_agent: str) -> str:
    """Such as "Firefox, Linux"; nothing of what the browser wrote itself is kept."""
    found = [_first(names, user_agent) for names in (_BROWSERS, _SYSTEMS)]
    return ", ".join(name for name in found if name) or _("a browser")


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for sign, name in names if sign in user_agent), "")
