"""Settings of one running instance, read from the environment once, at start-up."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

BASE_DIR = Path(__file__).resolve().parent
SECRET_LENGTH = 32
SAMPLE_SECRETS = frozenset({"secret", "dev", "test", "changeme", "change-me", "your-secret-key"})


class ConfigError(Exception):
    """Settings are missing, unsafe or cannot be understood; one line per fault."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, kw_only=True)
class Config:
    """Every setting that the application reads, with its type and its default."""

    secret_key: str
    database_url: str
    instance_dir: Path
    env: Literal["development", "production"] = "development"
    base_url: str = "http://127.0.0.1:8000"
    port: int = 8000
    redis_url: str | None = None
    mail_url: str | None = None
    trusted_proxies: int = 0
    sentiment_engine: Literal["deep", "fast", "textblob"] = "deep"
    example: bool = True
    testing: bool = False

    @property
    def production(self) -> bool:
        return self.env == "production"

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Config:
        """Read and judge the settings; raises `ConfigError` with every fault at once."""
        kind = env.get("CJM_ENV", "development")
        if kind not in ("development", "production"):
            raise ConfigError(f"CJM_ENV must be development or production, not {kind!r}")
        production = kind == "production"
        instance_dir = Path(env.get("CJM_INSTANCE_DIR") or BASE_DIR / "instance").resolve()
        port = _integer(env, "PORT", default=8000, lowest=1, highest=65_535)
        config = cls(
            env="production" if production else "development",
            secret_key=env.get("CJM_SECRET_KEY")
            or ("" if production else _kept_secret(instance_dir)),
            database_url=env.get("CJM_DATABASE_URL") or f"sqlite:///{instance_dir / 'cjm.sqlite'}",
            instance_dir=instance_dir,
            base_url=(env.get("CJM_BASE_URL") or f"http://127.0.0.1:{port}").rstrip("/"),
            port=port,
            redis_url=env.get("CJM_REDIS_URL") or None,
            mail_url=env.get("CJM_MAIL_URL") or None,
            trusted_proxies=_integer(env, "CJM_TRUSTED_PROXIES", default=0, lowest=0, highest=10),
            sentiment_engine=_sentiment_engine(env),
            example=_switch(env, "CJM_EXAMPLE", default=not production),
        )
        faults = config.faults()
        if faults:
            raise ConfigError(*faults)
        return config

    def faults(self) -> list[str]:
        """What makes these settings unsafe to run with, one sentence each."""
        parts = urlsplit(self.base_url)
        faults = []
        if parts.scheme not in ("http", "https") or not parts.hostname:
            faults.append(f"CJM_BASE_URL must be an http or https address, not {self.base_url!r}")
        if not self.production:
            return faults
        if parts.scheme != "https":
            faults.append("CJM_BASE_URL must begin with https:// in production")
        if "*" in (parts.hostname or ""):
            faults.append("CJM_BASE_URL must name one host, without a wildcard")
        faults += _secret_faults(self.secret_key)
        return faults


def _sentiment_engine(env: Mapping[str, str]) -> Literal["deep", "fast", "textblob"]:
    match env.get("CJM_SENTIMENT_ENGINE") or "deep":
        case "deep" | "fast" | "textblob" as engine:
            return engine
        case other:
            raise ConfigError(f"CJM_SENTIMENT_ENGINE must be deep, fast or textblob, not {other!r}")


def _secret_faults(secret: str) -> list[str]:
    if not secret:
        return [
            "CJM_SECRET_KEY is not set; make one with: python -c 'import secrets; "
            "print(secrets.token_urlsafe(48))'"
        ]
    if secret.lower() in SAMPLE_SECRETS or len(set(secret)) < 8:
        return ["CJM_SECRET_KEY is a sample or can be guessed; make a random one"]
    if len(secret) < SECRET_LENGTH:
        return [f"CJM_SECRET_KEY is too short; it needs at least {SECRET_LENGTH} characters"]
    return []


def _kept_secret(instance_dir: Path) -> str:
    """The secret of a development instance: made once, readable by its owner alone."""
    path = instance_dir / "secret"
    instance_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise ConfigError(f"{path} can be read by others; run: chmod 600 {path}") from None
        return path.read_text(encoding="ascii")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        secret = secrets.token_urlsafe(48)
        file.write(secret)
    return secret


def _integer(env: Mapping[str, str], name: str, *, default: int, lowest: int, highest: int) -> int:
    text = env.get(name) or str(default)
    try:
        value = int(text)
    except ValueError:
        raise ConfigError(f"{name} must be a whole number, not {text!r}") from None
    if not lowest <= value <= highest:
        raise ConfigError(f"{name} must be between {lowest} and {highest}, not {value}")
    return value


def _switch(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = env.get(name) or ("1" if default else "0")
    if text not in ("0", "1"):
        raise ConfigError(f"{name} must be 0 or 1, not {text!r}")
    return text == "1"
