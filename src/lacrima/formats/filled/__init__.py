"""Filled questionnaires as they come in: whose items which names are, and what was answered.

A table, a plain JSON or FHIR: each reader ends in the same values. Nothing is guessed silently:
what was understood by number or order alone is said in `notes`, what was left out in `losses`.
"""
