"""People's questions, answered with the numbers below."""
