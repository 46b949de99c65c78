"""Texts the product ships with: default stages, surveys and the example shop."""
