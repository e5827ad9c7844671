"""The migrations of the records, and one more that the drill is killed in."""

from lacrima.records import migrations as of_today

__path__ = [*__path__, *of_today.__path__]
