"""The roles of a workspace, weakest first, and the departments of a company."""

from __future__ import annotations

ROLES = ("viewer", "staff", "admin")
DEPARTMENTS = ("marketing", "design", "development", "care", "sales", "other")
