"""Long-running processes and checks of an installation, as commands."""
