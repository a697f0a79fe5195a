"""nginx with a site that we ship, only its paths and its ports are other ones; and who comes to it."""

import re
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path
from urllib.parse import urlencode

from tests.effects import Fields
from tests.needs import program
from tests.processes import ROOT, free_port, wait_until

HOST = "status.example.com"
AS_MEMBER = {"Cookie": "session=x"}  # whose pages are never kept: each comes from the application


@contextmanager
def nginx(folder: Path, site: str, ports: dict[int, int], ready: Callable[[], object]) -> Iterator[None]:
    """nginx/`site` in front of `folder`/web.sock until the block ends; `ports` says what 80, 443 or 8080 are here."""
    shutil.copytree(ROOT / "app/static", folder / "daymark/app/static")
    (folder / "daymark/nginx").symlink_to(ROOT / "nginx")
    (folder / "nginx.conf").write_text(configuration(folder, site, ports))
    command = [program("nginx"), "-p", folder, "-e", folder / "error.log", "-c", folder / "nginx.conf"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            wait_until(lambda: process.poll() is not None or ready(), 60, "nginx")
            assert process.poll() is None, (folder / "error.log").read_text()
            yield
        finally:
            process.terminate()


def configuration(folder: Path, site: str, ports: dict[int, int]) -> str:
    """A whole nginx.conf with that site and what it includes."""
    text = (ROOT / "nginx" / site).read_text()
    while found := re.search(r"^\s*include /opt/daymark/(\S+);", text, re.MULTILINE):
        text = text.replace(found[0], (ROOT / found[1]).read_text())
    for here, there in (
        ("/run/daymark", folder),
        ("/var/cache/daymark", folder / "cache"),
        ("/var/log/nginx", folder),
        ("/var/www/html", folder / "html"),
        ("/etc/letsencrypt/live/status.example.com", folder),
        ("/opt/daymark", folder / "daymark"),
    ):
        text = text.replace(here, str(there))
    text = re.sub(r"^\s*listen \[::\]:.*\n", "", text, flags=re.MULTILINE)  # not every machine speaks IPv6
    for port, here in ports.items():
        text = re.sub(rf"listen (127\.0\.0\.1:)?{port}\b", f"listen 127.0.0.1:{here}", text)
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # A worker of another user could not read the test's folders; as root nginx would choose one.
    return (
        f"user root; daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}} "
        f"http {{ include /etc/nginx/mime.types; access_log off; {temporary} {text} }}"
    )


def make_certificate(folder: Path) -> None:
    """A key and a certificate for HOST, signed by itself, under the names that Let's Encrypt uses."""
    name = ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"]
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "privkey.pem"]
    made = [program("openssl"), "req", "-x509", *key, "-out", "fullchain.pem", "-days", "2", *name]
    subprocess.run(made, cwd=folder, check=True, capture_output=True)


class Https(HTTPSConnection):
    """To 127.0.0.1, under the name that the certificate has."""

    def __init__(self, port: int, sni: str, context: ssl.SSLContext) -> None:
        super().__init__("127.0.0.1", port, timeout=60)
        self.sni, self.tls = sni, context

    def connect(self) -> None:
        """Say the name, and look whether the certificate has it."""
        self.sock = self.tls.wrap_socket(
            socket.create_connection(("127.0.0.1", self.port), 60), server_hostname=self.sni
        )


class Site:
    """nginx/daymark.conf on two ports of this machine, and a guest of it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.plain, self.port = folder, free_port(), free_port()
        make_certificate(folder)
        self.context = ssl.create_default_context(cafile=folder / "fullchain.pem")

    @contextmanager
    def served(self, ready: Callable[[], object]) -> Iterator[None]:
        """nginx for it, until the block ends."""
        with nginx(self.folder, "daymark.conf", {80: self.plain, 443: self.port}, ready):
            yield

    def connection(self, sni: str = HOST) -> Https:
        """A browser's connection, which may ask more than once."""
        return Https(self.port, sni, self.context)

    def get(self, path="/", *, host=HOST, sni=HOST, plain=False, body=None, **headers) -> HTTPResponse:
        """Ask nginx as a browser does that was sent to this machine."""
        with closing(HTTPConnection("127.0.0.1", self.plain, timeout=60) if plain else self.connection(sni)) as asking:
            asking.request("GET" if body is None else "POST", path, body, {"Host": host, **headers})
            answer = asking.getresponse()
            answer.text = answer.read().decode()
            return answer

    def answers(self, path="/health") -> bool:
        """Whether `path` answers anything below 500."""
        try:
            return self.get(path).status < 500
        except OSError:
            return False

    def log_of(self, path: str) -> str:
        """The last line about `path` in nginx's log, which it writes after it has answered."""
        log = self.folder / "daymark.log"
        wait_until(lambda: f" {path} " in log.read_text(), 30, "a line in the log")
        return next(line for line in reversed(log.read_text().splitlines()) if f" {path} " in line)


class Browser:
    """Somebody who comes to a Site with a browser of his own: it keeps cookies, and sends forms as they are shown."""

    def __init__(self, site: Site) -> None:
        self.site, self.cookies = site, {}

    def get(self, path: str, body: str | None = None, **headers: str) -> HTTPResponse:
        """Ask, and keep the cookies that come with the answer."""
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self.site.get(path, body=body, **headers)
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _equals, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def form(self, path: str, **fields: str) -> dict[str, str]:
        """Open the form at `path` and fill in `fields`."""
        return {**Fields(self.get(path).text).sent, **fields}

    def submit(self, path: str, claims: dict[str, str] | None = None, **fields: str) -> HTTPResponse:
        """Fill in the form at `path` and send it, with the headers that are `claims`."""
        return self.send(path, self.form(path, **fields), claims)

    def send(self, path: str, filled: dict[str, str], claims: dict[str, str] | None = None) -> HTTPResponse:
        """Send a form that was filled in before."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"https://{HOST}{path}"}
        return self.get(path, urlencode(filled), **headers, **(claims or {}))


class Load:
    """Browsers that ask five times a second, each on a connection of its own."""

    def __init__(self, site: Site) -> None:
        self.site, self.over = site, threading.Event()
        self.answers: list[int] = []
        self.failures: list[Exception] = []

    def visit(self) -> None:
        """One of them."""
        while not self.over.is_set():
            with closing(self.site.connection()) as connection:
                for path in ("/", "/livez") * 50:  # nginx ends a connection after a thousand
                    if self.over.wait(0.2):  # without a pause they would take the processors from who is replaced
                        return
                    try:
                        connection.request("GET", path, headers={"Host": HOST, **AS_MEMBER})
                        answer = connection.getresponse()
                        answer.read()
                        self.answers.append(answer.status)
                    except (OSError, HTTPException) as error:
                        self.failures.append(error)
                        break


@contextmanager
def visitors(site: Site, count: int) -> Iterator[Load]:
    """So many of them until the block ends; what they were answered."""
    load = Load(site)
    threads = [threading.Thread(target=load.visit) for _one in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield load
    finally:
        load.over.set()
        for thread in threads:
            thread.join(60)
