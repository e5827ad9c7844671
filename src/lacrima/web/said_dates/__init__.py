"""How days and times are written in each language, by names that templates use."""
