"""What a moment is: its words, the voices that speak of it, and its place in a session."""
