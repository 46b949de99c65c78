"""Roles and departments in the reader's language."""

from __future__ import annotations

from flask_babel import gettext as _
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
ACTS = {
    "sign_in": _l("Signed in"),
    "sign_out": _l("Signed out"),
    "password_set": _l("Password chosen"),
    "link_made": _l("One-time link made"),
    "user_disabled": _l("Sign-in switched off"),
    "member_added": _l("Let in"),
    "member_changed": _l("Role or department changed"),
    "member_removed": _l("Taken out of the workspace"),
    "journey_set_up": _l("Changed in the guided set-up"),
    "reading_corrected": _l("Reading corrected"),
    "reading_confirmed": _l("Reading confirmed"),
    "correction_withdrawn": _l("Correction withdrawn"),
    "reading_model_asked": _l("Learning from corrections started"),
    "reading_model_rolled_back": _l("Went back to the reading before"),
    "rescoring_started": _l("Comments to be read again"),
}
"""What was done, where the last word of an action does not say it."""
VERBS = {
    "added": _l("Added"),
    "created": _l("Added"),
    "changed": _l("Changed"),
    "moved": _l("Moved"),
    "removed": _l("Removed"),
    "deleted": _l("Deleted"),
    "retired": _l("Retired"),
    "restored": _l("Brought back"),
    "closed": _l("Closed"),
    "reopened": _l("Opened again"),
    "enabled": _l("Switched on"),
    "disabled": _l("Switched off"),
    "run": _l("Run"),
    "retried": _l("Tried again"),
    "uploaded": _l("Uploaded"),
    "started": _l("Started"),
    "checked": _l("Checked again"),
    "merged": _l("Merged"),
    "dismissed": _l("Dismissed"),
}
KIND_NAMES = {
    "user": _l("Person"),
    "journey": _l("Journey"),
    "goal": _l("Goal"),
    "stage": _l("Stage"),
    "touchpoint": _l("Touchpoint"),
    "channel": _l("Channel"),
    "persona": _l("Persona"),
    "persona rule": _l("Persona rule"),
    "survey": _l("Survey"),
    "survey link": _l("Survey link"),
    "schedule": _l("Schedule"),
    "job": _l("Job"),
    "csv_import": _l("Import"),
    "text reading": _l("Comment"),
    "reading model": _l("Version of reading"),
    "theme": _l("Theme"),
}
DETAIL_NAMES = {
    "role": _l("Role"),
    "department": _l("Department"),
    "purpose": _l("Purpose"),
    "by": _l("How"),
    "step": _l("Step"),
    "journey": _l("Journey"),
    "survey": _l("Survey"),
    "template": _l("Template"),
    "persona": _l("Persona"),
    "stage": _l("Stage"),
    "channel": _l("Channel"),
    "name": _l("Name"),
    "description": _l("Description"),
    "text": _l("Text"),
    "phase": _l("Phase"),
    "initiative": _l("Who starts the contact"),
    "timezone": _l("Time zone"),
    "paid": _l("Paid"),
    "cron": _l("Cron line"),
    "enabled": _l("Switched on"),
    "languages": _l("Languages"),
    "default_language": _l("Default language"),
    "opens_at": _l("Opens"),
    "closes_at": _l("Closes"),
    "label": _l("Label"),
    "responses": _l("Answers"),
    "seeds": _l("Phrases"),
    "touchpoints": _l("Touchpoints"),
    "into": _l("Into"),
}
"""What was noted of an act; other keys stand as they are."""
WAYS_IN = {
    "password": _l("with a password"),
    "link": _l("with a one-time link"),
    "suggestion": _l("from a suggestion"),
}
PURPOSES = {"sign_in": _l("to sign in"), "set_password": _l("to set a password")}


def detail_in_words(key: str, value: object) -> str:
    """A noted fact, or what a fact was before and after."""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        return " → ".join(detail_in_words(key, one) for one in value)
    named = {"role": ROLE_NAMES, "department": DEPARTMENT_NAMES, "by": WAYS_IN, "purpose": PURPOSES}
    names = named.get(key, {})
    return "–" if value is None else str(names.get(str(value), value))


def act_in_words(action: str) -> str:
    """What the audit log says was done; the action's own name where we have no words for it."""
    verb = action.replace(".", "_").rsplit("_", 1)[-1]
    return str(ACTS.get(action) or VERBS.get(verb) or action)
