"""What the environment may say: every value typed, every nonsense one line that names its variable."""

from pathlib import Path

import pytest

import config

KEY = "k3yk3yABCDEFGHIJKLMNopqrstuvwxyz0123"


def load(**environ):
    return config.load({"APP_KEY": KEY, "ENV_FILE": "/dev/null", **environ})


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("APP_KEY", {"APP_KEY": ""}),
        ("APP_KEY", {"APP_KEY": "too short"}),
        ("APP_KEY", {"APP_KEY": "a" * 64}),
        ("APP_URL", {"APP_URL": "status.example.com"}),
        ("APP_URL", {"APP_URL": "http://[1"}),
        ("APP_URL", {"APP_URL": "javascript://x"}),
        ("MAIL_ADDRESS", {"MAIL_ADDRESS": "status"}),
        ("MAIL_ADDRESS", {"MAIL_ADDRESS": "stätus@example.com"}),
        ("MAIL_ADDRESS", {"MAIL_ADDRESS": "Status <status@example.com>"}),
        ("PORT", {"PORT": "eighty"}),
        ("PORT", {"PORT": "70000"}),
        ("PORT", {"PORT": "-1"}),
        ("BIND", {"BIND": "/run/daymark/web.sock"}),
        ("BIND", {"BIND": "unix:web.sock"}),
        ("BIND", {"BIND": "unix:/" + "x" * 100}),
        ("WEB_WORKERS", {"WEB_WORKERS": "0"}),
        ("PROGRAMS", {"PROGRAMS": "web,cron"}),
        ("PROGRAMS", {"PROGRAMS": ","}),
        ("DATABASE_URL", {"DATABASE_URL": "oracle://x/y"}),
        ("DATABASE_URL", {"DATABASE_URL": "mysql://u:p@host:port/name"}),
        ("DATABASE_READ_URL", {"DATABASE_URL": "pgsql://h/n", "DATABASE_READ_URL": "mysql://u:p@host:port/name"}),
        ("DATABASE_READ_URL", {"DATABASE_URL": "pgsql://h/n", "DATABASE_READ_URL": "mysql://h/n"}),
        ("DATABASE_READ_URL", {"DATABASE_READ_URL": "sqlite:////x/y.db"}),
        ("DATABASE_READ_URL", {"DATABASE_URL": "pgsql://h/n", "DATABASE_READ_URL": "pgsql://h"}),
        ("DB_DATABASE", {"DB_DRIVER": "pgsql"}),
        ("DB_PASSWORD", {"DB_PASSWORD": "base64:?"}),
        ("REDIS_URL", {"REDIS_URL": "http://127.0.0.1"}),
        ("REDIS_URL", {"REDIS_URL": "redis://host:port/0"}),
        ("REDIS_URL", {"REDIS_URL": "redis://host:123456/0"}),
        ("REDIS_URL", {"REDIS_URL": "redis://host/0?pasword=x"}),
        ("REDIS_URL", {"REDIS_URL": "rediss://host/0?ssl_cert_reqs=some"}),
        ("REDIS_HOST", {"REDIS_HOST": "host:6379"}),
        ("REDIS_HOST", {"REDIS_HOST": "host/0"}),
        ("CACHE_DRIVER", {"CACHE_DRIVER": "apc"}),
        ("QUEUE_DRIVER", {"QUEUE_DRIVER": "sync"}),
        ("MAIL_HOST", {"MAIL_DRIVER": "smtp"}),
        ("MAIL_NAME", {"MAIL_NAME": "Status\r\nBcc: everyone@example.org"}),
        ("TRUSTED_PROXIES", {"TRUSTED_PROXIES": "my-proxy"}),
    ],
)
def test_nonsense_is_refused_in_one_line_that_names_it(name, values):
    with pytest.raises(config.ConfigError) as caught:
        load(**values)
    assert str(caught.value).startswith(f"{name}: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("DATABASE_URL", "mysql://u:hunter2@host:port/name"),
        ("REDIS_URL", "redis://:hunter2/@host:6379/0"),
        ("REDIS_URL", "redis://:hunter2#@host:6379/0"),
        ("REDIS_URL", "redis+sentinel://:hunter2#@host:6379/page"),
    ],
)
def test_a_secret_is_never_in_the_message(name, url):
    with pytest.raises(config.ConfigError) as caught:
        load(**{name: url})
    assert str(caught.value).startswith(f"{name}: ")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("values", "uri"),
    [
        ({"DATABASE_URL": "postgres://u:p%40@h:1/n"}, "postgresql+psycopg://u:p%40@h:1/n"),
        ({"DB_DRIVER": "pgsql", "DB_DATABASE": "n", "DB_USERNAME": "u"}, "postgresql+psycopg://u@127.0.0.1/n"),
        (
            {"DB_DRIVER": "mysql", "DB_DATABASE": "n", "DB_PASSWORD": "a@/b", "DB_USERNAME": "u", "DB_PORT": "7"},
            "mysql+pymysql://u:a%40%2Fb@127.0.0.1:7/n?charset=utf8mb4",
        ),
        ({"DB_DRIVER": "mariadb", "DB_DATABASE": "n"}, "mariadb+pymysql://127.0.0.1/n?charset=utf8mb4"),
        ({"INSTANCE": "/data"}, "sqlite:////data/daymark.sqlite"),
        ({"DATABASE_URL": "sqlite:////x/y.db"}, "sqlite:////x/y.db"),
    ],
)
def test_a_database_by_url_or_by_parts(values, uri):
    assert load(**values)["SQLALCHEMY_DATABASE_URI"] == uri


def test_addresses_may_have_a_domain_beyond_ascii():
    read = load(APP_URL="https://bücher.example", MAIL_ADDRESS="status@bücher.example")
    assert (read["APP_URL"], read["MAIL_ADDRESS"]) == ("https://bücher.example", "status@bücher.example")


def test_null_and_empty_mean_unset_except_where_null_is_a_word():
    read = load(MAIL_HOST="null", DB_PASSWORD="", MAIL_ENCRYPTION="null", CACHE_DRIVER="null")
    assert read["MAIL_HOST"] is None
    assert read["DB_PASSWORD"] is None
    assert read["MAIL_ENCRYPTION"] == read["CACHE_DRIVER"] == "null"
    assert not read["MAIL_USE_TLS"]


def test_the_environment_wins_over_the_file_and_is_told_apart(tmp_path):
    file = tmp_path / ".env"
    file.write_text(f"APP_KEY={KEY}\nPORT=1\nMAIL_HOST='${{PATH}}$x'\n")
    read = config.load({"PORT": "2", "MAIL_NAME": ""}, file)
    assert read["PORT"] == 2
    assert read["MAIL_HOST"] == "${PATH}$x"
    assert read["FROM_ENVIRONMENT"] == {"PORT"}
    assert read["ENV_FILE"] == file


def test_cookies_are_secure_under_https():
    assert not load()["SESSION_COOKIE_SECURE"]
    assert load(APP_URL="https://status.example.com/")["SESSION_COOKIE_SECURE"]
    assert load(APP_URL="https://status.example.com/")["APP_URL"] == "https://status.example.com"


def test_our_own_valkey_unless_a_redis_is_named():
    assert load(INSTANCE="/data")["REDIS_URL"] == "unix:///data/valkey.sock?db=0"
    assert load(INSTANCE="/data")["REDIS_EMBEDDED"]
    named = load(REDIS_HOST="queue", REDIS_PASSWORD="p/w", REDIS_DATABASE="3")
    assert named["REDIS_URL"] == "redis://:p%2Fw@queue:6379/3"
    assert not named["REDIS_EMBEDDED"]
    assert load(REDIS_HOST="2001:db8::1")["REDIS_URL"] == "redis://[2001:db8::1]:6379/0"


@pytest.mark.parametrize(
    "url", ["redis://ada:p%2Fw@[::1]:6379/0", "rediss://queue", "unix:///run/my%20queue.sock?db=1"]
)
def test_a_redis_by_url(url):
    assert load(REDIS_URL=url)["REDIS_URL"] == url


@pytest.mark.parametrize(
    "address", ["redis+sentinel://one:26379,two:26379/page/0", "rediss+sentinel://:p%40@one/page?sentinel_password=x"]
)
def test_a_redis_behind_sentinels(address):
    assert load(REDIS_URL=address)["REDIS_URL"] == address


@pytest.mark.parametrize(
    "address",
    [
        "redis+sentinel://one",
        "redis+sentinel:///page",
        "redis+sentinel://one/page/x",
        "redis+sentinel://one:123456/page",
        "redis+sentinel://o(e/page",
    ],
)
def test_a_redis_behind_nonsense(address):
    with pytest.raises(config.ConfigError, match=r"^REDIS_URL: is not of the form redis\+sentinel"):
        load(REDIS_URL=address)


@pytest.mark.parametrize("url", ["postgresql://h/n", "mysql://h/n", "mariadb://h/n", "sqlite:///x.sqlite"])
def test_each_thread_gets_a_connection(url):
    options = load(DATABASE_URL=url, WEB_THREADS="25")["SQLALCHEMY_ENGINE_OPTIONS"]
    assert options["pool_size"] == 25
    assert options.get("pool_pre_ping", False) == (not url.startswith("sqlite"))


def test_a_database_whose_machine_is_gone_is_given_up():
    given = load(DATABASE_URL="postgresql://h/n")["SQLALCHEMY_ENGINE_OPTIONS"]["connect_args"]
    assert given["connect_timeout"] == 5
    assert given["tcp_user_timeout"] == 10_000  # milliseconds, for what was sent
    assert (
        given["keepalives_idle"] + given["keepalives_interval"] * given["keepalives_count"] == 20
    )  # for what is awaited


def test_a_copy_to_read_from_is_reached_as_the_database_is():
    read = load(DATABASE_URL="mysql://h/n", DATABASE_READ_URL="mysql://u:p%40@copy/n", WEB_THREADS="25")
    ((name, copy),) = read["SQLALCHEMY_BINDS"].items()
    url = copy.pop("url")
    assert (name, copy) == ("read", read["SQLALCHEMY_ENGINE_OPTIONS"])
    assert url.render_as_string(hide_password=False) == "mysql+pymysql://u:p%40@copy/n?charset=utf8mb4"
    assert "SQLALCHEMY_BINDS" not in load(DATABASE_URL="mysql://h/n")


def test_a_long_instance_path_gets_its_sockets_elsewhere():
    deep = Path("/", *["long-folder-name"] * 8)
    assert config.run_folder(deep) != deep
    assert config.run_folder(deep) == config.run_folder(deep) != config.run_folder(deep / "other")
    assert len(str(config.run_folder(deep) / "supervisor.sock.12345")) < 108
