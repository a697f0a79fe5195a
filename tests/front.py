"""nginx with a site that we ship: only its paths and its ports are other ones."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.needs import program
from tests.processes import ROOT, wait_until


@contextmanager
def nginx(folder: Path, site: str, ports: dict[int, int], ready: Callable[[], object]) -> Iterator[None]:
    """nginx/`site` in front of `folder`/web.sock until the block ends; `ports` says what 80, 443 or 8080 are here."""
    shutil.copytree(ROOT / "app/static", folder / "daymark/app/static")
    (folder / "daymark/nginx").symlink_to(ROOT / "nginx")
    (folder / "nginx.conf").write_text(configuration(folder, site, ports))
    command = [program("nginx"), "-p", folder, "-e", folder / "error.log", "-c", folder / "nginx.conf"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            wait_until(lambda: process.poll() is not None or ready(), what="nginx")
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
