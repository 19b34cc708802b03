"""Web addresses as clients send them: taken apart without trust, never fetched."""

import ipaddress
from urllib.parse import SplitResult, urlsplit

EXAMPLE_HOSTS = ("example.com", "example.org", "example.net", "localhost")  # RFC 2606, RFC 6761
EXAMPLE_ENDINGS = (".test", ".example", ".invalid", *(f".{host}" for host in EXAMPLE_HOSTS))


def split_web_address(text: str) -> SplitResult | None:
    """The parts of an http(s) address; None for anything else."""
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") and host else None


def is_reachable(url: str, any_url: bool) -> bool:
    """Example hosts and this machine count as reachable, others only when told so (README)."""
    parts = split_web_address(url)
    if parts is None:
        return False
    host = (parts.hostname or "").rstrip(".")
    if any_url or host in EXAMPLE_HOSTS or host.endswith(EXAMPLE_ENDINGS):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
