"""Commands about people and access: `flask users …`, `flask access …`."""

from __future__ import annotations

import json
import sys

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from cjm_feedback.accounts import services
from cjm_feedback.accounts.audit import record
from cjm_feedback.accounts.links import LIFETIMES, create_link
from cjm_feedback.accounts.matrix import access_matrix
from cjm_feedback.accounts.models import Membership, User, Workspace
from cjm_feedback.accounts.roles import DEPARTMENTS, ROLES
from cjm_feedback.clock import utc_now
from cjm_feedback.extensions import db

users_cli = AppGroup("users", help="People and how they get in.")
access_cli = AppGroup("access", help="Who may call what.")


@users_cli.command("create")
@click.argument("email")
@click.option("--workspace", "slug", required=True, help="Slug of the workspace.")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--department", type=click.Choice(DEPARTMENTS), default="other", show_default=True)
@click.option("--name", default="", help="How the person is called.")
@click.option("--owner", is_flag=True, help="Also make the person owner of the installation.")
def create(email: str, slug: str, role: str, department: str, name: str, owner: bool) -> None:
    """Let EMAIL into a workspace and print a one-time link to choose a password."""
    if "@" not in email.strip("@") or any(letter.isspace() for letter in email.strip()):
        raise click.BadParameter(f"{email!r} is not an e-mail address", param_hint="EMAIL")
    session, at = db.session(), utc_now()
    workspace = session.scalar(select(Workspace).where(Workspace.slug == slug))
    if workspace is None:
        known = ", ".join(session.scalars(select(Workspace.slug).order_by(Workspace.slug)))
        raise click.ClickException(f"There is no workspace {slug!r}. There are: {known or 'none'}.")
    user = services.create_user(session, email=email, name=name, at=at)
    try:
        services.add_member(session, workspace, user, role=role, department=department)
    except services.AlreadyMemberError:
        raise click.ClickException(
            f"{user.email} is in {slug} already; for a new link: flask users link {user.email}"
        ) from None
    if owner:
        services.make_owner(session, user)
    record(session, "member_added", "user", user.id, at, {"role": role}, workspace_id=workspace.id)
    _print_link(user, "set_password")


@users_cli.command("link")
@click.argument("email")
@click.option(
    "--purpose", type=click.Choice(list(LIFETIMES)), default="set_password", show_default=True
)
def link(email: str, purpose: str) -> None:
    """Print a new one-time link for EMAIL."""
    _print_link(_existing(email), purpose)


@users_cli.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Keep EMAIL out: no sign-in, no link and no open browser works from now on."""
    user, at = _existing(email), utc_now()
    services.disable_user(db.session(), user, at=at)
    record(db.session(), "user_disabled", "user", user.id, at)
    db.session.commit()
    click.echo(f"{user.email} can no longer sign in.")


@users_cli.command("list")
def list_users() -> None:
    """Everybody, with workspace, role and department."""
    rows = db.session.execute(
        select(User.email, User.active, Workspace.slug, Membership.role, Membership.department)
        .outerjoin(Membership, Membership.user_id == User.id)
        .outerjoin(Workspace, Workspace.id == Membership.workspace_id)
        .order_by(User.email, Workspace.slug)
    )
    for email, active, *place in rows:
        words = [email, *(word or "-" for word in place), "" if active else "disabled"]
        click.echo("\t".join(words).rstrip())


@access_cli.command("matrix")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table")
def matrix(style: str) -> None:
    """Every route with its access rule; exit 1 if one declares none."""
    rows = access_matrix(current_app)
    if style == "json":
        click.echo(json.dumps(rows, indent=1, ensure_ascii=False))
    else:
        width = max(len(row["path"]) for row in rows)
        for row in rows:
            methods = ",".join(row["methods"])
            click.echo(f"{row['path']:<{width}}  {methods:<10}  {row['access'] or 'UNDECLARED'}")
    if any(row["access"] is None for row in rows):
        sys.exit(1)


def _existing(email: str) -> User:
    user = services.find_user(db.session(), email)
    if user is None:
        raise click.ClickException(f"Nobody has the address {email!r}.")
    return user


def _print_link(user: User, purpose: str) -> None:
    """Commit, then print: a link that is on the screen works."""
    at = utc_now()
    token = create_link(db.session(), user, purpose, at=at)
    record(db.session(), "link_made", "user", user.id, at, {"purpose": purpose})
    db.session.commit()
    hours = int(LIFETIMES[purpose].total_seconds() // 3600)
    click.echo(f"{current_app.config['CJM'].base_url}/welcome/{token}")
    click.echo(f"It works once, within {hours} hours, for {user.email}.", err=True)
