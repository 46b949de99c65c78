"""How the models that read comments are made. Nothing here is imported by the application."""
