"""Surveys, their immutable revisions, and the links that lead to them."""
