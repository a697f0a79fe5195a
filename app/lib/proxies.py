"""Who is asking: X-Forwarded-For is believed only from proxies that we were told to trust."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

Network = IPv4Network | IPv6Network
PASSED_ON = "proxies.passed_on"
TRUSTED = "proxies.trusted"  # whether a proxy that we know stands between us and the visitor
# Whether it holds an old copy of what is asked for, and shows that where we answer 504 (nginx/snippets/site.conf).
HAS_COPY = "proxies.has_copy"
# What proxies add to the requests they pass on.
TRACES = (
    *("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO"),
    *("HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_VIA"),
)
LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")


class TrustedProxies:
    """WSGI middleware: REMOTE_ADDR, scheme and host become the visitor's; what strangers claim is dropped."""

    def __init__(
        self, app: Callable[..., Iterable[bytes]], networks: Sequence[Network], *, on_socket: bool = False
    ) -> None:
        self.app = app
        self.networks = networks
        self.on_socket = on_socket  # a Unix socket of ours, which only the proxy may write to

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        trusted = self._trusts(environ.get("REMOTE_ADDR", ""))
        environ[PASSED_ON] = any(trace in environ for trace in TRACES)
        hops = [hop.strip() for hop in environ.pop("HTTP_X_FORWARDED_FOR", "").split(",")]
        scheme = environ.pop("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip()
        host = environ.pop("HTTP_X_FORWARDED_HOST", "").rpartition(",")[2].strip()
        if trusted and scheme in ("http", "https"):
            environ["wsgi.url_scheme"] = scheme
        if trusted and host:
            environ["HTTP_HOST"] = host
        environ[TRUSTED] = trusted
        environ[HAS_COPY] = environ.pop("HTTP_X_CACHE_STATUS", "") == "EXPIRED" and trusted
        if not trusted:
            environ.pop("HTTP_X_REQUEST_ID", None)
        # The last hop was written by our own proxy; go back until one that we do not know.
        while hops and self._trusts(environ.get("REMOTE_ADDR", "")) and _is_address(hops[-1]):
            environ["REMOTE_ADDR"] = hops.pop()
        return self.app(environ, start_response)

    def _trusts(self, address: str) -> bool:
        if not address:  # no peer has none but one on a Unix socket
            return self.on_socket
        if not _is_address(address):
            return False
        parsed = ip_address(address)
        if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
            parsed = parsed.ipv4_mapped
        return any(parsed in network for network in self.networks)


def is_local(environ: Mapping[str, Any]) -> bool:
    """Tell whether the visitor surely sits at this machine: a loopback address, asked for by a loopback name.

    The name keeps out pages elsewhere whose own name was made to point here (DNS rebinding). Whatever a proxy passed
    on is not local, however it is trusted; one that leaves no trace speaks HTTP/1.0, as nginx does unless told
    otherwise, or passes on the visitor's Origin.
    """
    address = environ.get("REMOTE_ADDR", "")
    loopback = _is_address(address) and ip_address(address).is_loopback
    named = _is_local_name(environ.get("HTTP_HOST", ""))
    origin = environ.get("HTTP_ORIGIN")
    from_here = origin is None or _is_local_name(origin.rpartition("/")[2])
    passed_on = environ.get(PASSED_ON) or environ.get("SERVER_PROTOCOL") == "HTTP/1.0"
    return loopback and named and from_here and not passed_on


def _is_local_name(host: str) -> bool:
    host = host.lower()
    return (host if host.endswith("]") else host.rpartition(":")[0] or host) in LOCAL_NAMES


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
