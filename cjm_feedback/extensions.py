"""Extension objects. They carry no state until `create_app` binds them to an application."""

from flask_babel import Babel
from flask_migrate import Migrate
from flask_smorest import Api
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect

from cjm_feedback.db import Base

# Models derive from Base, not from db.Model: a type checker can follow Base.
db = SQLAlchemy(
    metadata=Base.metadata, session_options={"join_transaction_mode": "create_savepoint"}
)
migrate = Migrate()
babel = Babel()
csrf = CSRFProtect()
api = Api()
