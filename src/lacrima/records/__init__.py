"""What is kept: people, care, findings and the log, who may see them, and how they are sealed."""
