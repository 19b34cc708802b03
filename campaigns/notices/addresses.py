"""Addresses that may be called from here: public ones, judged by what their name means at the moment of the call.

A name that was public when it was typed may point inside the house later (rebinding), so the connection is made to
the very address that was judged.
"""

import ipaddress
import socket
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NewConnectionError

Place = tuple[str, int]  # numeric address and port


class Forbidden(ValueError):
    """The address may not be called; the text says why and the way out."""


def find_objection(address: str, *, inside: bool) -> str | None:
    """Why an address can be no webhook's, as far as its text tells; None where it can. `inside` allows the own network."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return "this is no address; write one such as https://example.com/hooks"
    if parts.scheme not in (("https", "http") if inside else ("https",)):
        return "write an https address" if not inside else "write an http or https address"
    if not parts.hostname or parts.username is not None or parts.fragment or port == 0:
        return "write an address with a host, without a user and without #"
    try:
        number = ipaddress.ip_address(parts.hostname)
    except ValueError:
        return None
    return None if inside or _is_public(number) else _say_private(parts.hostname)


def resolve_place(host: str, port: int, *, inside: bool) -> Place:
    """The address that a name means now. Raises Forbidden unless every address it means is public, and OSError."""
    found = [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for item in found:
        if not inside and not _is_public(ipaddress.ip_address(item.partition("%")[0])):
            raise Forbidden(_say_private(host))
    return found[0], port


def open_guarded_session(*, inside: bool) -> requests.Session:
    """A session that connects to judged addresses alone, asks no proxy and keeps no cookies between receivers."""
    session = requests.Session()
    session.trust_env = False
    for scheme in ("http://", "https://"):
        session.mount(scheme, _GuardedAdapter(inside=inside))
    return session


def _is_public(number: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    mapped = getattr(number, "ipv4_mapped", None) or getattr(number, "sixtofour", None)
    return number.is_global and not number.is_multicast and (mapped is None or _is_public(mapped))


def _say_private(host: str) -> str:
    return f"{host[:100]} is inside a private network; webhooks go to public addresses"


class _Guarded(HTTPConnection):
    """Connects to the address that was judged. TLS above it still checks the name."""

    inside = False

    def _new_conn(self) -> socket.socket:
        try:
            place = resolve_place(self.host, self.port or self.default_port, inside=self.inside)
            timeout = self.timeout
            return socket.create_connection(place, timeout if isinstance(timeout, int | float) else None)
        except OSError as error:
            raise NewConnectionError(self, str(error)) from error


class _GuardedAdapter(HTTPAdapter):
    def __init__(self, *, inside: bool) -> None:
        self._inside = inside
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        kinds = {
            "http": (HTTPConnectionPool, (_Guarded,)),
            "https": (HTTPSConnectionPool, (_Guarded, HTTPSConnection)),
        }
        self.poolmanager.pool_classes_by_scheme = {
            scheme: type(
                "GuardedPool",
                (pool,),
                {"ConnectionCls": type("GuardedConnection", bases, {"inside": self._inside})},
            )
            for scheme, (pool, bases) in kinds.items()
        }
