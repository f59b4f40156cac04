"""Which addresses the service may call: public ones only, unless the operator opened a network."""

import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpx

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolver = Callable[[str, int], Sequence[str]]
"""From a host and a port to the addresses it stands for, as texts. Raises OSError where there are none."""

HTTPS_PORTS = frozenset({443, 8443})
URL_LENGTH = 2_000
HOST = re.compile(r"[0-9a-z._-]+|[0-9a-f:.]+", re.IGNORECASE)

GLOBAL_UNICAST = IPv6Network("2000::/3")
"""All that IANA gives out of IPv6; loopback, private, link-local, mapped, NAT64 and multicast lie outside."""

NEVER_V6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments, Teredo (2001::/32) among them: it wraps an IPv4 address
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: it wraps an IPv4 address
        "3fff::/20",  # documentation
    )
)
NEVER_V4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carriers' shared space, RFC 6598
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
"""The special-purpose registries of IANA (RFC 6890), as networks."""

ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})
"""Third quarter of an IPv6 address that wraps an IPv4 one (RFC 5214), under any prefix."""


def system_resolver(host: str, port: int) -> Sequence[str]:
    """The addresses of a host as the system knows them."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@dataclass(frozen=True, slots=True)
class Reach:
    """How far calls go: https on a few ports of public addresses, and what the operator opens beyond that."""

    ports: frozenset[int] = HTTPS_PORTS
    http: bool = False
    networks: tuple[Network, ...] = ()
    seconds: float = 10.0
    resolver: Resolver = system_resolver

    def allows(self, address: str) -> bool:
        """A connection to this address may be made."""
        try:
            found = ip_address(address)
        except ValueError:
            return False
        opened = any(found in network for network in self.networks if network.version == found.version)
        return opened or is_public(found)


def networks_of(texts: Sequence[str]) -> tuple[Network, ...]:
    """Networks from texts as 10.20.0.0/16. Raises ValueError for what is none."""
    return tuple(ip_network(text) for text in texts)


def is_public(address: Address) -> bool:
    """The address belongs to the public internet and wraps no other address."""
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in network for network in NEVER_V4)
    if address.scope_id is not None or (int(address) >> 32) & 0xFFFF_FFFF in ISATAP:
        return False
    return (
        address in GLOBAL_UNICAST
        and address.is_global
        and not any(address in network for network in NEVER_V6)
    )


def refusal_of(url: str, reach: Reach) -> str | None:
    """The code of what is wrong with an address given by a person; None where it may be tried.

    It asks no resolver: a name is checked when it is connected to, and each time anew.
    """
    try:
        parsed = httpx.URL(url)
        host, port = parsed.raw_host.decode("ascii"), parsed.port
    except (httpx.InvalidURL, UnicodeError, ValueError):
        return "url_invalid"
    if not HOST.fullmatch(host.strip("[]")) or "\\" in url or len(url) > URL_LENGTH or url != url.strip():
        return "url_invalid"
    if parsed.scheme not in (("https", "http") if reach.http else ("https",)):
        return "url_scheme"
    if parsed.userinfo or parsed.fragment:
        return "url_userinfo"
    if (port or (443 if parsed.scheme == "https" else 80)) not in reach.ports:
        return "url_port"
    return "url_private" if _is_refused_host(host, reach) else None


def _is_refused_host(host: str, reach: Reach) -> bool:
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return not reach.allows("127.0.0.1")
    try:
        ip_address(name)
    except ValueError:
        return _is_odd_number(name)
    return not reach.allows(name)


def _is_odd_number(host: str) -> bool:
    """The system would read it as an IPv4 address, though nobody writes one so: 0x7f.1, 2130706433, 127.1."""
    try:
        socket.inet_aton(host)
    except (OSError, UnicodeError):
        return False
    return True
