"""Stored readings of what customers wrote."""
