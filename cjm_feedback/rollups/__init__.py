"""Signed changes and the integer cells they add up to."""
