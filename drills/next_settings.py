"""The settings, with one migration more."""

from lacrima.web.settings import *  # noqa: F403

MIGRATION_MODULES = {"records": "drills.next_migrations"}
