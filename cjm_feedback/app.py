"""The composition root: the one module that knows every package."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

from cjm_feedback.accounts import access, people, security
from cjm_feedback.accounts import cli as accounts_cli
from cjm_feedback.accounts import views as accounts_views
from cjm_feedback.analysis import cli as analysis_cli
from cjm_feedback.analysis import services as analysis_services
from cjm_feedback.analysis import views as analysis_views
from cjm_feedback.analysis.learning import cli as learning_cli
from cjm_feedback.analysis.learning import correcting
from cjm_feedback.analysis.learning import views as learning_views
from cjm_feedback.analysis.themes import views as theme_views
from cjm_feedback.db import prepare_sqlite, reading
from cjm_feedback.extensions import babel, csrf, db, migrate
from cjm_feedback.importing import cli as importing_cli
from cjm_feedback.importing import handlers as importing_handlers
from cjm_feedback.importing import models as importing_models
from cjm_feedback.importing import views as importing_views
from cjm_feedback.jobs import models as jobs_models
from cjm_feedback.journeys import blueprints as journeys_blueprints
from cjm_feedback.maps import cli as maps_cli
from cjm_feedback.maps import home, inbox
from cjm_feedback.maps import models as maps_models
from cjm_feedback.maps import services as maps_services
from cjm_feedback.maps import views as maps_views
from cjm_feedback.responses import api as responses_api
from cjm_feedback.responses import cli as responses_cli
from cjm_feedback.responses import models as responses_models
from cjm_feedback.responses import persona_jobs
from cjm_feedback.responses import usage as responses_usage
from cjm_feedback.responses import views as responses_views
from cjm_feedback.rollups import models as rollups_models
from cjm_feedback.scheduling import cli as scheduling_cli
from cjm_feedback.scheduling import health, job_views
from cjm_feedback.scheduling import views as scheduling_views
from cjm_feedback.sentiment.registry import use_engine
from cjm_feedback.setup import cli as setup_cli
from cjm_feedback.setup import pages as setup_pages
from cjm_feedback.setup import structure_views as setup_structure_views
from cjm_feedback.setup import views as setup_views
from cjm_feedback.surveys import admin as surveys_admin
from cjm_feedback.surveys import admin_links as surveys_admin_links
from cjm_feedback.surveys import facts as surveys_facts
from cjm_feedback.surveys import usage as surveys_usage
from cjm_feedback.web import assets, form_errors, headers, icons, nav, problems, reports
from cjm_feedback.web import views as web_views
from cjm_feedback.web.languages import LANGUAGE_NAMES, choose_language, text_in

if TYPE_CHECKING:
    from click import Command
    from flask import Blueprint

    from config import Config

ROOT = Path(__file__).resolve().parent.parent
MODELS = (importing_models, jobs_models, maps_models, responses_models, rollups_models)
# Modules whose import is all that is asked of them: they say who does which kind of job, and which
# command stands in a group of another package.
REGISTERED = (
    setup_structure_views,
    setup_views,
    analysis_services,
    importing_cli,
    importing_handlers,
    learning_cli,
    maps_services,
    persona_jobs,
    responses_usage,
    surveys_facts,
    surveys_usage,
)
BLUEPRINTS: tuple[Blueprint, ...] = (
    accounts_views.bp,
    people.bp,
    setup_pages.bp,
    web_views.bp,
    reports.bp,
    importing_views.bp,
    *journeys_blueprints.BLUEPRINTS,
    surveys_admin.bp,
    surveys_admin_links.bp,
    responses_views.bp,
    responses_cli.bp,
    analysis_cli.bp,
    theme_views.bp,
    analysis_views.bp,
    correcting.bp,
    learning_views.learning,
    learning_views.rescorings,
    home.bp,
    maps_views.bp,
    inbox.bp,
    health.bp,
    scheduling_views.bp,
    job_views.bp,
)
COMMANDS: tuple[Command, ...] = (
    accounts_cli.users_cli,
    accounts_cli.access_cli,
    setup_cli.init_cli,
    setup_cli.example_cli,
    maps_cli.map_cli,
    *scheduling_cli.COMMANDS,
)
MAX_BODY_BYTES = 256 * 1024
MAX_FORM_PARTS = 2_000


def create_app(config: Config) -> Flask:
    """The application, bound to its database; starts nothing."""
    app = Flask("cjm_feedback", template_folder=str(ROOT / "templates"), static_folder="static")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.config.from_mapping(
        CJM=config,
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=config.database_url,
        # A failed statement is logged without its parameters: they are what customers wrote.
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True},
        TESTING=config.testing,
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_BODY_BYTES,
        MAX_FORM_PARTS=MAX_FORM_PARTS,
        BABEL_DEFAULT_LOCALE="en",
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "cjm_feedback" / "translations"),
        PREFERRED_URL_SCHEME="https" if config.production else "http",
    )
    app.config.from_mapping(security.settings(production=config.production, testing=config.testing))
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    use_engine(config.sentiment_engine)
    _init_database(app)
    babel.init_app(app, locale_selector=choose_language)
    csrf.init_app(app)
    responses_api.init_app(app)
    problems.init_app(app)
    headers.init_app(app)
    security.init_app(app)
    access.init_app(app)
    for endpoint in ("web.choose_language", "reports.receive"):
        access.declare_library_route(endpoint, access.PUBLIC)
    csrf.exempt(reports.bp)
    reports.init_app(app)
    assets.init_app(app)
    icons.init_app(app)
    nav.init_app(app)
    form_errors.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for command in COMMANDS:
        app.cli.add_command(command)
    app.jinja_env.globals.update(
        language_names=LANGUAGE_NAMES, language=choose_language, text_in=text_in, may=access.may
    )
    return app


def _init_database(app: Flask) -> None:
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            prepare_sqlite(db.engine)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    app.before_request(_mark_reading)


def _mark_reading() -> None:
    reading.set(request.method in ("GET", "HEAD", "OPTIONS"))
