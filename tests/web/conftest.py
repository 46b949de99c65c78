from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import close_engines, make_app
from tests.web.sampler import add_sampler


@pytest.fixture(scope="package")
def sampler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application with the pages of `sampler.py`, on a database of its own."""
    folder: Path = tmp_path_factory.mktemp("sampler")
    app = make_app("sqlite://", folder)
    add_sampler(app)
    yield app
    close_engines(app)


@pytest.fixture
def app(sampler: Flask) -> Flask:
    return sampler
