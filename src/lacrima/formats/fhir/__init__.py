"""FHIR R4: questionnaires and answers as other programs write them, and as we write them.

Reading is lenient and never silent: what was understood by order alone is said, and what was
left out is listed. Writing is strict: one shape, always the same bytes for the same values.
"""
