"""What is known of tears and other emotional moments in therapy: studies, claims, questions."""
