"""Taking answers in from files."""
