"""Questionnaires: what they ask, how they are scored, and where every number comes from."""
