"""Every environment variable Daymark reads: name, type, default and help. Nothing else reads `os.environ`."""

import base64
import binascii
import hashlib
import os
import re
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from dotenv import dotenv_values
from redis import ConnectionPool, RedisError
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent
LONGEST_SOCKET = 100  # Linux ends the path of a Unix socket at 108 bytes; Supervisor adds a suffix
SHORTEST_KEY = 32
SHORTEST_TOKEN = 16
PROGRAMS = ("web,worker,clock", "web,worker", "web,clock", "worker,clock", "web", "worker", "clock")
# What app/lib/redis_address.py reads: [[name]:password@]host[:port],.../service[/db][?sentinel_password=...]
PLACE = r"(\[[0-9A-Fa-f:.]+\]|[\w.-]+)(:\d{1,5})?"
SENTINELS = re.compile(rf"([^][@/?#]*@)?{PLACE}(,{PLACE})*/[\w.-]+(/\d+)?(\?sentinel_password=[^&#]+)?")
LOST = {"tcp_user_timeout": 10_000, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 2}
MAIL_ADDRESS = re.compile(r"[!-?A-~]+@[^@\s<>]+")  # a domain beyond ASCII has another form in mails, a name has not
RANGES = {"count": (1, 999), "index": (0, 9999), "port": (1, 65535), "limit": (0, 1_000_000)}
DATABASES = {
    "sqlite": "sqlite",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
    "pgsql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
}


class ConfigError(Exception):
    """A variable that Daymark cannot start with; the message is one line that names it and says why."""


class Variable(NamedTuple):
    """One environment variable. `kind` names a check below, or lists the words allowed."""

    name: str
    kind: str | tuple[str, ...]
    default: str | None
    help: str


VARIABLES = (
    Variable("APP_KEY", "secret", None, "Signs cookies and links, encrypts secrets; 32 characters or more"),
    Variable("APP_URL", "address", None, "Where visitors find the page; http://localhost:PORT if unset"),
    Variable("INSTANCE", "path", "instance", "Folder for database, queue and logged mail"),
    Variable("HOST", "text", "127.0.0.1", "Address to listen on; 0.0.0.0 for every network"),
    Variable("PORT", "port", "8000", "Port to listen on"),
    Variable("BIND", "socket", None, "For a proxy here, a Unix socket instead: unix:/run/daymark/web.sock"),
    Variable("DATABASE_URL", "text", None, "The database in one line; wins over DB_*"),
    Variable("DB_DRIVER", tuple(DATABASES), "sqlite", "Kind of database"),
    Variable("DB_HOST", "text", "127.0.0.1", "Database server"),
    Variable("DB_PORT", "port", None, "Its port; the usual one if unset"),
    Variable("DB_DATABASE", "text", None, "Name of the database; for sqlite a file, daymark.sqlite in INSTANCE"),
    Variable("DB_USERNAME", "text", None, "Who signs in to the database"),
    Variable("DB_PASSWORD", "secret", None, "And with which password"),
    Variable("DATABASE_READ_URL", "text", None, "A copy that follows the database, to be read for guests"),
    Variable("DATABASE_READ_LAG", "count", "10", "Seconds that it may be behind"),
    Variable("REDIS_URL", "text", None, "Redis or Valkey, or its Sentinels, in one line; unset, Daymark runs its own"),
    Variable("REDIS_HOST", "text", None, "Redis server, instead of REDIS_URL"),
    Variable("REDIS_PORT", "port", "6379", "Its port"),
    Variable("REDIS_PASSWORD", "secret", None, "Its password"),
    Variable("REDIS_DATABASE", "index", "0", "Number of its database"),
    Variable("CACHE_DRIVER", ("redis", "file", "array", "null"), "redis", "Where whole pages are kept"),
    Variable("SESSION_DRIVER", ("cookie", "redis", "file"), "cookie", "Where sessions are kept"),
    Variable("QUEUE_DRIVER", ("redis",), "redis", "Where jobs wait"),
    Variable("MAIL_DRIVER", ("log", "smtp"), "log", "log writes mails to INSTANCE/mail, smtp sends them"),
    Variable("MAIL_HOST", "text", None, "SMTP server; needed for smtp"),
    Variable("MAIL_PORT", "port", "587", "Its port"),
    Variable("MAIL_ENCRYPTION", ("tls", "ssl", "null"), "tls", "tls is STARTTLS, ssl from the start, null none"),
    Variable("MAIL_USERNAME", "text", None, "Who signs in to the mail server; unset to send without"),
    Variable("MAIL_PASSWORD", "secret", None, "And with which password"),
    Variable("MAIL_ADDRESS", "text", None, "Address that mails come from; daymark@ the host of APP_URL if unset"),
    Variable("MAIL_NAME", "text", None, "Name that mails come from; the name of the page if unset"),
    Variable("TRUSTED_PROXIES", "text", None, "Addresses of proxies whose X-Forwarded-* counts; * for any"),
    Variable("API_RATE_LIMIT", "limit", "300", "API writes a minute from one token or address; 0 for any number"),
    Variable("API_READ_LIMIT", "limit", "0", "API reads a minute from one token or address; 0 for any number"),
    Variable("WEB_WORKERS", "count", "2", "Web processes"),
    Variable("WEB_THREADS", "count", "4", "Threads in each"),
    Variable("MAIL_WORKERS", "count", "1", "Queue workers"),
    Variable(
        "PROGRAMS", PROGRAMS, "web,worker,clock", "What runs here, of many machines; migrations run where web does"
    ),
    Variable("LOG_FOLDER", "path", None, "Folder for their logs, each rotated at 10 MB; unset, all is printed"),
    Variable("METRICS_TOKEN", "secret", None, "Bearer token for /metrics, 16 characters or more; unset, there is none"),
    Variable("LOG_LEVEL", ("debug", "info", "warning", "error"), "info", "Least weight of a line in the log"),
    Variable("LOG_FORMAT", ("text", "json"), "text", "Lines for people, or JSON for programs that collect them"),
    Variable("LOG_REQUESTS", ("off", "on"), "off", "A line for each request, also for those that nginx logs"),
    Variable("SUPERVISOR_SERVER_URL", "text", None, "Set by Supervisor: where it can be asked to reload"),
    Variable("ENV_FILE", "path", ".env", "File with the lines above; the environment wins over it"),
)
BY_NAME = {variable.name: variable for variable in VARIABLES}


def load(environ: Mapping[str, str] | None = None, env_file: str | Path | None = None) -> dict[str, Any]:
    """Read the environment and `.env` into the configuration of the application, or raise ConfigError."""
    environ = os.environ if environ is None else environ
    file = ROOT / (env_file or environ.get("ENV_FILE") or ".env")
    outside = {name: raw for name, raw in environ.items() if _is_set(name, raw)}
    values = {name: _checked(variable, {**_lines(file), **outside}) for name, variable in BY_NAME.items()}
    values["ENV_FILE"] = file
    values["FROM_ENVIRONMENT"] = frozenset(outside)
    _check_metrics_token(values["METRICS_TOKEN"])
    values["APP_URL"] = values["APP_URL"] or f"http://localhost:{values['PORT']}"
    secure = values["APP_URL"].startswith("https:")
    return {
        **values,
        "SECRET_KEY": _app_key(values["APP_KEY"]),
        "TRUSTED_PROXIES": _networks(values["TRUSTED_PROXIES"]),
        "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": secure,
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": secure,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=14),
        "WTF_CSRF_TIME_LIMIT": None,  # a page left open over lunch is still that session's page
        **_database(values),
        **_redis(values),
        **_mail(values),
    }


def _lines(file: Path) -> dict[str, str]:
    """Read `.env`; without interpolation, because a password may hold a dollar sign."""
    try:
        found = dotenv_values(file, interpolate=False) if file.exists() else {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"ENV_FILE: {file} cannot be read: {error}") from None
    return {name: raw for name, raw in found.items() if raw is not None and _is_set(name, raw)}


def _is_set(name: str, raw: str) -> bool:
    """Tell whether a known variable has a value; empty and a literal `null` mean that it has none."""
    return name in BY_NAME and raw != "" and (raw != "null" or "null" in BY_NAME[name].kind)


def _checked(variable: Variable, given: Mapping[str, str]) -> Any:
    """One variable in its type."""
    name, kind = variable.name, variable.kind
    raw = given.get(name, variable.default)
    if raw is None:
        return None
    if isinstance(kind, tuple):
        if raw.lower() not in kind:
            raise ConfigError(f"{name}: '{raw}' is not one of {', '.join(kind)}")
        return raw.lower()
    if any(ord(character) < 32 for character in raw):
        raise ConfigError(f"{name}: holds a line break or another control character")
    if kind in RANGES:
        return _number(name, raw, *RANGES[kind])
    if kind == "address":
        return _web_address(name, raw)
    if kind == "path":
        return ROOT / Path(raw).expanduser()
    if kind == "socket":
        return _socket(name, raw)
    return raw if name == "APP_KEY" else _decoded(name, raw)


def _number(name: str, raw: str, least: int, most: int) -> int:
    if not (raw.isascii() and raw.isdigit() and least <= int(raw) <= most):
        raise ConfigError(f"{name}: '{raw}' is not a whole number from {least} to {most}")
    return int(raw)


def _socket(name: str, raw: str) -> str:
    path = raw.removeprefix("unix:")
    if path == raw or not path.startswith("/") or len(os.fsencode(path)) > LONGEST_SOCKET:
        raise ConfigError(f"{name}: '{raw}' is not unix: and a path of at most {LONGEST_SOCKET} bytes from the root")
    return raw


def _web_address(name: str, raw: str) -> str:
    try:
        parts = urlsplit(raw)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment or parts.username or " " in raw:
        raise ConfigError(f"{name}: '{raw}' is not a web address such as https://status.example.com")
    return raw.rstrip("/")


def _decoded(name: str, raw: str) -> str:
    """Undo `base64:`, the form for values that no quoting carries through both a shell and python-dotenv."""
    if not raw.startswith("base64:"):
        return raw
    try:
        return base64.b64decode(raw.removeprefix("base64:"), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise ConfigError(f"{name}: what follows base64: is not text in base64") from None


def _app_key(raw: str | None) -> str:
    """The key as written; `base64:` is how Laravel writes 32 random bytes, and is kept as it is."""
    if raw is None:
        raise ConfigError("APP_KEY: is missing; bin/run writes one to .env, or set it to 32 random characters")
    if len(raw.removeprefix("base64:")) < SHORTEST_KEY or len(set(raw)) < 10:
        raise ConfigError(f"APP_KEY: is too easy to guess; use {SHORTEST_KEY} random characters or more")
    return raw


def _check_metrics_token(raw: str | None) -> None:
    if raw is not None and (len(raw) < SHORTEST_TOKEN or not raw.isascii() or " " in raw):
        raise ConfigError(f"METRICS_TOKEN: is too easy to guess; use {SHORTEST_TOKEN} letters and digits or more")


def _networks(raw: str | None) -> tuple[IPv4Network | IPv6Network, ...]:
    """The proxies to believe, as networks."""
    addresses = ["0.0.0.0/0", "::/0"] if raw == "*" else (raw or "").replace(",", " ").split()
    try:
        return tuple(ip_network(address, strict=False) for address in addresses)
    except ValueError as error:
        raise ConfigError(f"TRUSTED_PROXIES: {error}; write addresses such as 10.0.0.1, 10.1.0.0/16") from None


def _database(values: dict[str, Any]) -> dict[str, Any]:
    """Where SQLAlchemy finds the database, the copy of it to read from, if any, and how patient it is with both."""
    url = _url("DATABASE_URL", values["DATABASE_URL"]) if values["DATABASE_URL"] else _database_parts(values)
    url, options = _connecting(url, values)
    found = {"SQLALCHEMY_DATABASE_URI": url.render_as_string(hide_password=False), "SQLALCHEMY_ENGINE_OPTIONS": options}
    if values["DATABASE_READ_URL"]:
        copy = _url("DATABASE_READ_URL", values["DATABASE_READ_URL"])
        if copy.drivername == "sqlite" or copy.drivername != url.drivername or not copy.database:
            raise ConfigError("DATABASE_READ_URL: does not name a database on a server, of the same kind as the other")
        copy, options = _connecting(copy, values)
        found["SQLALCHEMY_BINDS"] = {"read": {"url": copy, **options}}
    return found


def _url(name: str, raw: str) -> URL:
    try:
        url = make_url(raw)
    except (ArgumentError, ValueError):
        raise ConfigError(f"{name}: is not of the form driver://user:password@host:port/name") from None
    driver = url.drivername.partition("+")[0]
    if driver not in DATABASES:
        raise ConfigError(f"{name}: '{driver}' is not one of {', '.join(DATABASES)}")
    return url.set(drivername=DATABASES[driver])


def _connecting(url: URL, values: dict[str, Any]) -> tuple[URL, dict[str, Any]]:
    """The address with what its driver needs, and the options of its engine."""
    if url.drivername == "sqlite":
        if url.database and url.database != ":memory:":
            url = url.set(database=str(values["INSTANCE"] / url.database))
        options: dict[str, Any] = {"connect_args": {"timeout": 5}}
    else:
        if not url.database:
            raise ConfigError("DB_DATABASE: is missing; it names the database on the server")
        # Asked before each use whether it still holds: a server that was restarted has closed all connections.
        options = {"pool_pre_ping": True, "pool_recycle": 280, "connect_args": {"connect_timeout": 5}}
        if "psycopg" in url.drivername:
            # A machine that lost its power does not say so: threads would wait for it for a quarter of an hour.
            options["connect_args"] |= LOST
        if "pymysql" in url.drivername:
            url = url.update_query_dict({"charset": "utf8mb4"})
            # As PostgreSQL: who waited for a row sees what the one before made of it, and of what hangs on it.
            options["isolation_level"] = "READ COMMITTED"
    if url.database and url.database != ":memory:":
        options["pool_size"] = values["WEB_THREADS"]  # a connection for each thread, made when it is first needed
    # What goes wrong is logged with its statement; addresses, hashes and sealed codes have no place in a log.
    return url, {**options, "hide_parameters": True}


def _database_parts(values: dict[str, Any]) -> URL:
    if values["DB_DRIVER"] == "sqlite":
        return URL.create("sqlite", database=values["DB_DATABASE"] or "daymark.sqlite")
    return URL.create(
        DATABASES[values["DB_DRIVER"]],
        values["DB_USERNAME"],
        values["DB_PASSWORD"],
        values["DB_HOST"],
        values["DB_PORT"],
        values["DB_DATABASE"],
    )


def _redis(values: dict[str, Any]) -> dict[str, Any]:
    """Where the queue is: named by REDIS_URL or REDIS_HOST, else the Valkey that Daymark runs itself."""
    if values["REDIS_URL"]:
        scheme, _colon, rest = values["REDIS_URL"].partition("://")
        if scheme not in ("redis", "rediss", "unix", "redis+sentinel", "rediss+sentinel"):
            raise ConfigError("REDIS_URL: does not begin with redis://, rediss://, redis+sentinel:// or unix://")
        if scheme.endswith("+sentinel") and not SENTINELS.fullmatch(rest):
            raise ConfigError("REDIS_URL: is not of the form redis+sentinel://host:port,host:port/service/db")
        if not scheme.endswith("+sentinel") and not _is_redis(values["REDIS_URL"]):
            raise ConfigError(
                "REDIS_URL: is not of the form redis://name:password@host:port/db; a / in the password is written %2F"
            )
        return {"REDIS_EMBEDDED": False}
    if values["REDIS_HOST"]:
        password = f":{quote(values['REDIS_PASSWORD'], safe='')}@" if values["REDIS_PASSWORD"] else ""
        host = values["REDIS_HOST"]
        host = f"[{host}]" if ":" in host else host
        url = f"redis://{password}{host}:{values['REDIS_PORT']}/{values['REDIS_DATABASE']}"
        if not set("/?#@").isdisjoint(host) or not _is_redis(url):
            raise ConfigError("REDIS_HOST: is not a host alone; REDIS_PORT and REDIS_PASSWORD hold the rest")
        return {"REDIS_URL": url, "REDIS_EMBEDDED": False}
    socket = run_folder(values["INSTANCE"]) / "valkey.sock"
    return {"REDIS_URL": f"unix://{quote(str(socket))}?db=0", "REDIS_EMBEDDED": True}


def _is_redis(url: str) -> bool:
    """Tell whether a connection can be made of the address; none is opened. What is wrong may quote the password."""
    try:
        ConnectionPool.from_url(url).make_connection()
    except (ValueError, TypeError, RedisError):
        return False
    return True


def run_folder(instance: Path) -> Path:
    """Where the Unix sockets of this instance go: its own folder, or a short path when that is too long."""
    if len(os.fsencode(instance / "supervisor.sock")) <= LONGEST_SOCKET:
        return instance
    name = hashlib.sha256(os.fsencode(instance)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"daymark-{os.getuid()}-{name}"


def _mail(values: dict[str, Any]) -> dict[str, Any]:
    """The keys that Flask-Mail wants."""
    if values["MAIL_DRIVER"] == "smtp" and not values["MAIL_HOST"]:
        raise ConfigError("MAIL_HOST: is missing; MAIL_DRIVER=smtp needs a server to send through")
    if values["MAIL_ADDRESS"] and not MAIL_ADDRESS.fullmatch(values["MAIL_ADDRESS"]):
        raise ConfigError(f"MAIL_ADDRESS: '{values['MAIL_ADDRESS']}' is not an address such as status@example.com")
    address = values["MAIL_ADDRESS"] or f"daymark@{urlsplit(values['APP_URL']).hostname}"
    return {
        "MAIL_SERVER": values["MAIL_HOST"],
        "MAIL_USE_TLS": values["MAIL_ENCRYPTION"] == "tls",
        "MAIL_USE_SSL": values["MAIL_ENCRYPTION"] == "ssl",
        "MAIL_ADDRESS": address,
    }


def child_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """The environment for a program that we start: our own and `extra`, without what is only for this one."""
    return {**{name: raw for name, raw in os.environ.items() if not name.startswith("FLASK_")}, **extra}
