"""Django over the practice of the targets: what reads rows imports this before anything else."""

from __future__ import annotations

import os

import django

from drills.fuzz_targets.keys import practice

__all__ = ["practice"]

os.environ["DJANGO_SETTINGS_MODULE"] = "lacrima.web.settings"
os.environ["LACRIMA_DIR"] = str(practice().root)
django.setup()
