"""Where staff say how texts are meant, and admins have the machine learn from it."""
