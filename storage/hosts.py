"""The host of an address, as people know it and as links are found by."""

from urllib.parse import urlsplit


def host_of(url: str) -> str:
    """The host in lower case without ``www.``; empty where there is none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def site_key(host: str) -> str:
    """The host backwards, with a dot at its end: ``org.example.``. Those of its subdomains begin with it."""
    return "".join(f"{label}." for label in reversed(host.split("."))) if host else ""
