"""What is fuzzed with coverage: each parser, and the files from which the search begins.

These modules are imported by `drills.fuzz_one` alone, so that all they import is instrumented.
"""
