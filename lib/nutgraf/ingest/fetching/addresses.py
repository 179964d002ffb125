"""What may be asked: which web addresses, and which addresses of machines behind their names.

A page of a stranger decides what is asked next (links, redirects, names that lead anywhere), and this machine may stand where others trust it.
So only public addresses are asked, with http or https, on the ports of the web; what the desk's settings allow by name comes on top. Addresses of
link-local networks, where clouds answer with passwords, are not to be had at all.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urljoin

import httpx

from nutgraf.ingest.fetching.failures import NotFetched

Address = IPv4Address | IPv6Address
LONGEST = 8_000  # characters
PORTS = (80, 443, 8080, 8443)
_NUMERIC = re.compile(r"(?:0[xX][0-9a-fA-F]*|\d+)$")
#: Networks that `ipaddress` counts as public, or names less plainly. RFC 6598; RFC 6890; the addresses at which clouds answer.
_NAMED: tuple[tuple[IPv4Network | IPv6Network, str], ...] = tuple(
    (IPv6Network(network) if ":" in network else IPv4Network(network), what)
    for network, what in (
        ("169.254.169.254/32", "a cloud's metadata address"), ("169.254.170.2/32", "a cloud's metadata address"),
        ("100.100.100.200/32", "a cloud's metadata address"), ("168.63.129.16/32", "a cloud's metadata address"),
        ("192.0.0.192/32", "a cloud's metadata address"), ("fd00:ec2::254/128", "a cloud's metadata address"),
        ("fd20:ce::254/128", "a cloud's metadata address"), ("100.64.0.0/10", "an address inside a provider's network"),
        ("192.0.0.0/24", "a reserved address"), ("192.88.99.0/24", "a reserved address"), ("198.18.0.0/15", "a reserved address"),
        ("fec0::/10", "a private address"), ("64:ff9b:1::/48", "a private address"),
    )
)  # fmt: skip
_NAT64 = IPv6Network("64:ff9b::/96")
#: What a host that the settings name may have; the rest stays refused.
_ALLOWABLE = ("a loopback address", "a private address", "an address inside a provider's network")


def why_refused(address: Address) -> str | None:
    """What an address of a machine is, if it is none that a stranger's page may lead to.

    Args:
        address: IPv4 or IPv6; forms that carry an IPv4 address inside are judged by that too.

    Returns:
        Such as ``a loopback address``; None for a public one.

    >>> why_refused(ip_address("::ffff:127.0.0.1"))
    'a loopback address'
    >>> why_refused(ip_address("93.184.215.14")) is None
    True
    """
    if isinstance(address, IPv6Address):
        for inside in _embedded(address):
            reason = why_refused(inside)
            if reason:
                return reason
        if address in _NAT64:
            return None  # a public IPv4 address, as networks without IPv4 write it
    for network, what in _NAMED:
        if address in network:
            return what
    if address.is_unspecified:
        return "an unspecified address"
    if address.is_loopback or address in IPv4Network("127.0.0.0/8"):
        return "a loopback address"
    if address.is_link_local:
        return "a link-local address"
    if address.is_multicast:
        return "a multicast address"
    if address.is_reserved or address in IPv4Network("0.0.0.0/8"):
        return "a reserved address"
    if address.is_private:
        return "a private address"
    if not address.is_global or isinstance(address, IPv6Address) and (address.ipv4_mapped or address.sixtofour or address.teredo):
        return "a reserved address"
    return None


def _embedded(address: IPv6Address) -> list[IPv4Address]:
    """IPv4 addresses inside an IPv6 one: mapped, compatible, 6to4, Teredo (server and client), NAT64, ISATAP."""
    number = int(address)
    low = IPv4Address(number & 0xFFFFFFFF)
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    is_compatible = number >> 32 == 0 and number > 1
    is_isatap = (number >> 32) & 0xFFFFFFFF in (0x5EFE, 0x02005EFE)
    if is_compatible or is_isatap or address in _NAT64:
        found.append(low)
    return [one for one in found if one is not None]


class Allowed:
    """Hosts that the desk's settings name, each with a port or for every port.

    Args:
        hosts: Such as ``intranet.example``, ``127.0.0.1:8000`` or ``[::1]:8000``.
    """

    def __init__(self, hosts: Iterable[str] = ()) -> None:
        self._hosts = {_host_and_port(host) for host in hosts}

    def __contains__(self, place: tuple[str, int]) -> bool:
        host, port = place[0].lower().rstrip(".").strip("[]"), place[1]
        return (host, port) in self._hosts or (host, None) in self._hosts


def _host_and_port(text: str) -> tuple[str, int | None]:
    match = re.fullmatch(r"(\[[^\]]+\]|[^:]+)(?::(\d+))?", text.strip().lower())
    if match is None:
        return text.lower(), None
    return match[1].strip("[]").rstrip("."), int(match[2]) if match[2] else None


def check_machine(address: Address, host: str, port: int, allowed: Allowed) -> None:
    """Let an address of a machine pass, or not.

    Raises:
        NotFetched: For an address that is refused.
    """
    reason = why_refused(address)
    if reason is None or ((host, port) in allowed and reason in _ALLOWABLE):
        return
    raise NotFetched(f"refused: its host has {reason}", "refused", where=host)


def literal(host: str) -> Address | None:
    """A host that is an address of a machine and no name; None for a name.

    Raises:
        NotFetched: For an address in another form than four decimal numbers or IPv6, such as 2130706433, 0x7f.1 or 0177.0.0.1: these are read
            in different ways, and nobody who means well writes them.
    """
    plain = host.strip("[]")
    try:
        return ip_address(plain)
    except ValueError:
        pass
    last = plain.rstrip(".").rpartition(".")[2]
    if ":" in plain or "%" in plain or _NUMERIC.match(last):
        raise NotFetched("refused: its host is a number in an unusual form", "refused", where=host)
    try:
        socket.inet_aton(plain)
    except (OSError, UnicodeError):
        return None
    raise NotFetched("refused: its host is a number in an unusual form", "refused", where=host)


def checked(url: str, allowed: Allowed, base: str | None = None) -> httpx.URL:
    """A web address that may be asked, as `httpx.URL`, without its fragment.

    Args:
        url: As it was written; relative ones against `base`.
        allowed: Hosts that the settings name.
        base: The address that led here.

    Returns:
        The address. Its host is not resolved yet: `resolving` checks what is behind the name.

    Raises:
        NotFetched: For another scheme than http and https, a name or password in it, another port than `PORTS`, an address that is none.
    """
    text = url.strip()
    if len(text) > LONGEST:
        raise NotFetched(f"refused: an address of over {LONGEST:,} characters", "refused", where=text[:80])
    try:
        found = httpx.URL(urljoin(base, text) if base else text)
        host = found.raw_host.decode("ascii")
        if host.startswith("xn--") or ".xn--" in host:
            _ = found.host  # a name in letters beyond ASCII that is none shows only when it is read
    except (httpx.InvalidURL, ValueError, UnicodeError, TypeError) as error:
        raise NotFetched("refused: it is no address that can be read", "refused", where=text[:200]) from error
    if found.scheme not in ("http", "https"):
        raise NotFetched("refused: only http and https are fetched", "refused", where=text[:200])
    if not host:
        raise NotFetched("refused: an address without a host", "refused", where=text[:200])
    if found.userinfo:
        raise NotFetched("refused: an address with a name or password in it", "refused", where=host)
    machine, port = literal(host), port_of(found)
    if port not in PORTS and (host, port) not in allowed:
        raise NotFetched(f"refused: port {port} is none of the web's ({', '.join(str(one) for one in PORTS)})", "refused", where=host)
    if machine is not None:
        check_machine(machine, host, port, allowed)
    return found.copy_with(fragment=None)


def port_of(url: httpx.URL) -> int:
    """The port of an address, the usual one where it says none."""
    return (443 if url.scheme == "https" else 80) if url.port is None else url.port


def host_of(url: str) -> str:
    """The host of an address in lower case, for keeping pauses and for words; empty for what has none."""
    try:
        return httpx.URL(url).raw_host.decode("ascii").lower().rstrip(".")
    except (httpx.InvalidURL, ValueError, UnicodeError):
        return ""
