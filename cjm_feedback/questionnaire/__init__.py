"""Questions and the rules their answers keep."""
