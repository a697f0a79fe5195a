"""As much of Zabbix as zabbix-cachet asks for: its JSON-RPC API, before and after the services of 6.0."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.clients.serving import serving

SESSION = "0424bd59b807674191e7d77572075f33"


@dataclass
class Service:
    """A service, and the one trigger that makes it fail. Zabbix says numbers as texts, and so does this."""

    serviceid: str
    name: str
    parent: str = ""
    failed: bool = False
    priority: str = "4"
    acknowledged: str = ""

    @property
    def tags(self) -> list[dict[str, str]]:
        """What its problems are tagged with."""
        return [{"tag": "service", "operator": "0", "value": self.name}]

    @property
    def trigger(self) -> dict[str, Any]:
        """The trigger, which has the service's number plus 100."""
        return {
            "triggerid": f"1{self.serviceid:0>2}",
            "description": f"{self.name} is down",
            "comments": f"{self.name} does not answer.",
            "url": f"http://zabbix.example.org/{self.name}",
            "priority": self.priority,
            "value": "1" if self.failed else "0",
        }

    @property
    def event(self) -> dict[str, Any]:
        """Its problem."""
        said = {"clock": "1760000300", "message": self.acknowledged, "name": "Ada", "surname": "L"}
        acknowledges = [said] if self.acknowledged else []
        return {"clock": "1760000000", "acknowledged": str(len(acknowledges)), "acknowledges": acknowledges}


@dataclass
class Zabbix:
    """The services by name, and what the API answers about them."""

    version: str
    url: str = ""
    services: dict[str, Service] = field(default_factory=dict)

    def add(self, name: str, parent: str = "") -> None:
        """A service, under another one or as a root."""
        number = str(len(self.services) + 1)
        self.services[name] = Service(number, name, self.services[parent].serviceid if parent else "")

    def answer(self, method: str, asked: dict[str, Any], session: str) -> Any:
        """The result of a call."""
        if method == "apiinfo.version":
            return self.version
        if method == "user.login":
            assert asked["password"] == "zabbix" and (asked["user" if self._is_old else "username"]) == "Admin"
            return SESSION
        assert session == SESSION, f"{method} without a session"
        every = list(self.services.values())
        if method == "service.get":
            return [self._shown(service) for service in every if self._is_meant(service, asked)]
        if method == "trigger.get" and "triggerids" in asked:
            return [service.trigger for service in every if service.trigger["triggerid"] == asked["triggerids"]]
        if method == "trigger.get":
            return [service.trigger for service in every if service.failed and service.tags == asked["tags"]]
        assert method == "event.get", method
        return [s.event for s in every if s.failed and s.trigger["triggerid"] == asked["objectids"]]

    @property
    def _is_old(self) -> bool:
        return self.version.startswith("5")

    def _is_meant(self, service: Service, asked: dict[str, Any]) -> bool:
        if "filter" in asked:
            return service.name == asked["filter"]["name"]
        return (
            service.parent == asked["parentids"] if "parentids" in asked else service.serviceid == asked["serviceids"]
        )

    def _shown(self, service: Service) -> dict[str, Any]:
        children = [
            {"serviceid": s.serviceid, "name": s.name} for s in self.services.values() if s.parent == service.serviceid
        ]
        shown = {"serviceid": service.serviceid, "name": service.name}
        if self._is_old:
            trigger = "0" if children else service.trigger["triggerid"]
            status = service.priority if service.failed else "0"
            parents = [{"serviceid": service.parent}] if service.parent else []
            return {
                **shown,
                "status": status,
                "triggerid": trigger,
                "dependencies": children,
                "parentDependencies": parents,
            }
        status = service.priority if service.failed else "-1"
        tags = [] if children else service.tags
        return {**shown, "status": status, "description": "", "problem_tags": tags, "children": children}


@contextmanager
def zabbix(version: str) -> Iterator[Zabbix]:
    """A Zabbix of this version behind a socket, at `url`."""
    behind = Zabbix(version)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            session = self.headers.get("Authorization", "").removeprefix("Bearer ") or call.get("auth", "")
            answer = {"jsonrpc": "2.0", "id": call["id"]}
            try:
                answer["result"] = behind.answer(call["method"], call["params"], session)
            except (AssertionError, KeyError) as trouble:
                answer["error"] = {"code": -32602, "message": "Invalid params.", "data": repr(trouble)}
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with serving(Handler) as behind.url:
        yield behind
