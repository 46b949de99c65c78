"""The themes of a journey: telling them, editing them, suggesting new ones."""
