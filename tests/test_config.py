from __future__ import annotations

import stat
from pathlib import Path

import pytest

from config import Config, ConfigError

SECRET = "kZ8vQ2mX5nR1tY7wB4cJ9dF6gH3jL0pS"


def production(instance: Path, **changes: str) -> dict[str, str]:
    return {
        "CJM_ENV": "production",
        "CJM_INSTANCE_DIR": str(instance),
        "CJM_SECRET_KEY": SECRET,
        "CJM_BASE_URL": "https://feedback.example.org",
        **changes,
    }


def test_production_starts_with_a_secret_and_an_https_address(tmp_path: Path) -> None:
    config = Config.from_env(production(tmp_path))

    assert config.production
    assert not config.example
    assert config.faults() == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("CJM_SECRET_KEY", "", "is not set"),
        ("CJM_SECRET_KEY", "short-but-random-8f2K", "too short"),
        ("CJM_SECRET_KEY", "changeme", "can be guessed"),
        ("CJM_SECRET_KEY", "a" * 64, "can be guessed"),
        ("CJM_BASE_URL", "http://feedback.example.org", "https://"),
        ("CJM_BASE_URL", "https://*.example.org", "one host"),
        ("CJM_BASE_URL", "feedback.example.org", "http or https address"),
    ],
)
def test_s60_production_refuses_what_is_dangerous_with_one_clear_line(
    tmp_path: Path, name: str, value: str, words: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_env(production(tmp_path, **{name: value}))

    assert any(words in fault for fault in caught.value.faults)
    assert all("\n" not in fault for fault in caught.value.faults)


def test_s60_every_fault_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_env(production(tmp_path, CJM_SECRET_KEY="x", CJM_BASE_URL="http://x"))

    assert len(caught.value.faults) == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CJM_ENV", "staging"),
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("CJM_TRUSTED_PROXIES", "-1"),
        ("CJM_SENTIMENT_ENGINE", "oracle"),
        ("CJM_EXAMPLE", "yes"),
    ],
)
def test_a_setting_that_cannot_be_understood_is_named(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(ConfigError, match=name):
        Config.from_env({"CJM_INSTANCE_DIR": str(tmp_path), name: value})


def test_development_makes_its_secret_once_for_its_owner_alone(tmp_path: Path) -> None:
    instance = tmp_path / "new" / "instance"
    env = {"CJM_INSTANCE_DIR": str(instance)}

    first = Config.from_env(env)
    second = Config.from_env(env)

    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    assert stat.S_IMODE((instance / "secret").stat().st_mode) == 0o600
    assert stat.S_IMODE(instance.stat().st_mode) == 0o700


def test_s60_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    env = {"CJM_INSTANCE_DIR": str(tmp_path)}
    Config.from_env(env)
    (tmp_path / "secret").chmod(0o644)

    with pytest.raises(ConfigError, match="chmod 600"):
        Config.from_env(env)


def test_links_follow_the_port_unless_an_address_is_set(tmp_path: Path) -> None:
    env = {"CJM_INSTANCE_DIR": str(tmp_path), "PORT": "8123"}

    assert Config.from_env(env).base_url == "http://127.0.0.1:8123"
    named = Config.from_env({**env, "CJM_BASE_URL": "https://example.org/"})
    assert named.base_url == "https://example.org"
