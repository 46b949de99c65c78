"""What customers see and send."""
