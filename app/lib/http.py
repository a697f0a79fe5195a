"""Asking other servers: with timeouts, a limit on size, and no way into the network that this server stands in."""

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx

TIMEOUT = httpx.Timeout(10.0)
# For everything, redirects and headers too, however steadily it drips.
DEADLINE = 60.0
LARGEST = 20 * 1024 * 1024
REDIRECTS = 5
NAT64 = ipaddress.ip_network("64:ff9b::/96")
UNICAST = ipaddress.ip_network("2000::/3")  # of IPv6 nothing else is routed in the open internet


class Unreachable(Exception):
    """No answer that can be used; the message says why, in words for an operator."""


@dataclass(frozen=True)
class Answer:
    """What came back, after redirects: the address that answered, its status and the body."""

    url: str
    status: int
    body: bytes


def get(url: str, *, allow_private: bool = False, largest: int = LARGEST) -> Answer:
    """Fetch `url`, following redirects. Raises Unreachable: no http address, a private one (unless allowed), too slow,
    too large, too many redirects."""
    return asyncio.run(_get(url, allow_private, largest))


async def _get(url: str, allow_private: bool, largest: int) -> Answer:
    try:
        async with (
            asyncio.timeout(DEADLINE),
            httpx.AsyncClient(timeout=TIMEOUT, trust_env=False, follow_redirects=False) as client,
        ):
            for _turn in range(REDIRECTS + 1):
                answer, onward = await _ask(client, url, allow_private, largest)
                if onward is None:
                    return answer
                url = _joined(url, onward)
    except TimeoutError:
        raise Unreachable(f"{url}: no answer in time") from None
    raise Unreachable(f"{url}: more than {REDIRECTS} redirects")


def _joined(url: str, onward: str) -> str:
    try:
        return urljoin(url, onward)
    except ValueError:
        raise Unreachable(f"{onward[:200]}: is no address") from None


async def _ask(client: httpx.AsyncClient, url: str, allow_private: bool, largest: int) -> tuple[Answer, str | None]:
    """One request, and where it sends us on to, if it does."""
    host, port = _host(url)
    # To the address that was checked: asked again, the name could lead elsewhere.
    address = await _address(url, host, port, allow_private)
    target = httpx.URL(url)
    headers = {"Host": target.netloc.decode(), "Accept": "application/json", "Accept-Encoding": "identity"}
    extensions = {"sni_hostname": host}
    pinned = target.copy_with(host=address)
    try:
        async with client.stream("GET", pinned, headers=headers, extensions=extensions) as response:
            if response.is_redirect:
                onward = response.headers.get("Location")
                if not onward:
                    raise Unreachable(f"{url}: sends on to nowhere ({response.status_code})")
                return Answer(url, response.status_code, b""), onward
            return Answer(url, response.status_code, await _body(url, response, largest)), None
    except httpx.TimeoutException:
        raise Unreachable(f"{url}: no answer in time") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unreachable(f"{url}: {error or type(error).__name__}") from None


async def _body(url: str, response: httpx.Response, largest: int) -> bytes:
    # We ask for none, and unpacking makes gigabytes of a few bytes before they can be counted.
    packed = response.headers.get("Content-Encoding", "identity")
    if packed.strip().lower() != "identity":
        raise Unreachable(f"{url}: is packed as {packed[:60]}, which was not asked for")
    read = bytearray()
    async for chunk in response.aiter_raw():
        read += chunk
        if len(read) > largest:
            raise Unreachable(f"{url}: larger than {largest // 1024 // 1024} MB")
    return bytes(read)


def _host(url: str) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        host, port = httpx.URL(url).raw_host.decode(), parts.port
    except (ValueError, httpx.InvalidURL):
        raise Unreachable(f"{url[:200]}: is no address") from None
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.password:
        raise Unreachable(f"{url[:200]}: is no http or https address")
    return host, port or (443 if parts.scheme == "https" else 80)


async def _address(url: str, host: str, port: int, allow_private: bool) -> str:
    """An address of `host` that may be asked."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable(f"{url}: there is no server called {host}") from None
    addresses = [str(place[4][0]) for place in found]
    for address in addresses:
        if allow_private or is_public(address):
            return address
    raise Unreachable(f"{url}: {addresses[0]} is a private address")


def is_public(address: str) -> bool:
    """Whether `address` is one of the open internet: not private, loopback, link-local, reserved or multicast."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return inner.is_global and not inner.is_multicast
        return ip.is_global and ip in UNICAST
    return ip.is_global and not ip.is_multicast
