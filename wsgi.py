"""The WSGI entry point: `flask serve`, or `gunicorn wsgi:app`."""

import sys

from cjm_feedback.app import create_app
from config import Config, ConfigError

try:
    app = create_app(Config.from_env())
except ConfigError as error:
    sys.exit("\n".join(f"error: {fault}" for fault in error.faults))
