"""Tools from npm that judge pages: installed on first use, in the versions of package-lock.json."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from tests.browser import FLAGS, page
from tests.needs import lacking, program

HERE = Path(__file__).parent
FORMS = {"mobile": [], "desktop": ["--preset=desktop"]}
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")


def modules() -> Path:
    """The folder that npm filled, inside the environment of the tests; without npm or a network the test is skipped, or
    fails under REQUIRE_ALL."""
    npm = program("npm")
    folder = Path(sys.prefix) / "web"
    folder.mkdir(parents=True, exist_ok=True)
    wanted, stamp = (HERE / "package-lock.json").read_text(), folder / ".installed"
    with (folder.parent / "web.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != wanted:
            stamp.unlink(missing_ok=True)
            for name in ("package.json", "package-lock.json"):
                shutil.copy(HERE / name, folder)
            made = _run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], folder)
            if made.returncode:
                lacking(f"the tools from npm could not be installed: {' '.join(made.stderr.split()[-40:])}")
            stamp.write_text(wanted)
    return folder / "node_modules"


@dataclass(frozen=True)
class Report:
    """What Lighthouse found: scores of 100 by category, and all that is not as it should be."""

    scores: dict[str, int]
    audits: dict[str, Any]

    @property
    def measured(self) -> dict[str, float]:
        """Largest Contentful Paint and Total Blocking Time in milliseconds, Cumulative Layout Shift."""
        names = {"LCP": "largest-contentful-paint", "TBT": "total-blocking-time", "CLS": "cumulative-layout-shift"}
        return {short: round(self.audits[name]["numericValue"], 3) for short, name in names.items()}

    @property
    def failed(self) -> list[str]:
        """Audits that are yes or no, and said no."""
        return sorted(
            f"{name}: {audit['title']}"
            for name, audit in self.audits.items()
            if audit["scoreDisplayMode"] == "binary" and audit["score"] == 0
        )


def lighthouse(url: str, form: str, categories: tuple[str, ...] = CATEGORIES) -> Report:
    """Ask Lighthouse about a page as a phone or a desktop opens it, a key of FORMS."""
    command = [program("node"), str(modules() / "lighthouse" / "cli" / "index.js"), url, *FORMS[form]]
    command += [
        "--quiet",
        "--output=json",
        "--disable-full-page-screenshot",
        f"--only-categories={','.join(categories)}",
    ]
    command += [f"--chrome-flags={' '.join(['--headless=new', *FLAGS])}"]
    for _try in range(3):  # it says by itself that one should, when a busy machine lost it a piece of the trace
        ran = _run(command, HERE, CHROME_PATH=program("chromium"))
        if ran.returncode == 0:
            break
    assert ran.returncode == 0, ran.stderr[-4000:]
    told = json.loads(ran.stdout)
    scores = {name: round((part["score"] or 0) * 100) for name, part in told["categories"].items()}
    return Report(scores, told["audits"])


def asked_for(browser: Browser, url: str) -> list[dict[str, Any]]:
    """Every request of a page's first view: its `url`, and how many `bytes` came over the wire, headers and all."""
    seen: dict[str, dict[str, Any]] = {}
    with page(browser) as tab:
        log = tab.context.new_cdp_session(tab)
        log.send("Network.enable")
        log.on(
            "Network.requestWillBeSent", lambda sent: seen.update({sent["requestId"]: {"url": sent["request"]["url"]}})
        )
        log.on("Network.loadingFinished", lambda end: seen[end["requestId"]].update(bytes=end["encodedDataLength"]))
        tab.goto(url, wait_until="networkidle")
    return [one for one in seen.values() if not one["url"].startswith("data:")]


def html_faults(folder: Path) -> list[str]:
    """What html-validate says against the HTML files of a folder."""
    command = [program("node"), str(modules() / "html-validate" / "bin" / "html-validate.mjs")]
    told = folder / "faults.json"  # a pipe would be cut off: the program ends without waiting for it
    ran = _run([*command, f"--formatter=json={told}", "--config", str(HERE / "html-validate.json"), str(folder)], HERE)
    assert told.exists(), ran.stderr[-4000:]
    return [
        f"{Path(shown['filePath']).name}:{fault['line']}:{fault['column']} {fault['ruleId']}: {fault['message']}"
        for shown in json.loads(told.read_text())
        for fault in shown["messages"]
    ]


def axe() -> str:
    """axe-core as a script."""
    return (modules() / "axe-core" / "axe.min.js").read_text()


def _run(command: list[str], folder: Path, **environ: str) -> "subprocess.CompletedProcess[str]":
    surroundings = {**os.environ, **environ}
    return subprocess.run(
        command, cwd=folder, env=surroundings, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL
    )
