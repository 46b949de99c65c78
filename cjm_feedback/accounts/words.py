"""Roles and departments in the reader's language."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

ROLE_NAMES = {"viewer": _l("Viewer"), "staff": _l("Staff"), "admin": _l("Admin")}
ROLE_HINTS = {
    "viewer": _l("the map and its figures, without single answers"),
    "staff": _l("also answers, corrections, comments and actions"),
    "admin": _l("also set-up, people, schedules and exports of personal data"),
}
DEPARTMENT_NAMES = {
    "marketing": _l("Marketing"),
    "design": _l("Design"),
    "development": _l("Development"),
    "care": _l("Customer care"),
    "sales": _l("Sales"),
    "other": _l("Other department"),
}
ACTION_NAMES = {
    "sign_in": _l("Signed in"),
    "sign_out": _l("Signed out"),
    "password_set": _l("Password chosen"),
    "link_made": _l("One-time link made"),
    "member_added": _l("Person added"),
    "member_changed": _l("Role or department changed"),
    "member_removed": _l("Person removed"),
    "journey_created": _l("Journey created"),
    "journey_set_up": _l("Journey changed in the guided set-up"),
    "schedule_changed": _l("Schedule changed"),
}
