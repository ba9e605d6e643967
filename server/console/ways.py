"""Where a page may lead, and where a request came from: within the console, never elsewhere."""

import re
from urllib.parse import urlsplit

from flask import request

from server.web import runtime

HOME = "/console/"
# no other host, no second slash, nothing that a browser reads as one
_OWN_PAGE = re.compile(r"/console(?:/[\w.~%-]+)*/?(?:\?[\w.~%=&+:,-]*)?", re.ASCII)
_DOORS = re.compile(r"/console/(?:sign-in|sign-out|prove|invitation)\b")


def own_page(address: str) -> str:
    """Return the address if it is one of our own pages and no door, else the first page."""
    address = address.rstrip("?")
    if _OWN_PAGE.fullmatch(address) and not _DOORS.match(address):
        return address
    return HOME


def wanted() -> str:
    """Return where the person wants to get to once they have shown who they are."""
    return own_page(request.values.get("next", ""))


def came_from() -> str:
    """Return the page of ours on which the request was made, else the first page."""
    parts = urlsplit(request.headers.get("Referer", ""))
    if parts.netloc not in _own_hosts():
        return HOME
    return own_page(parts.path + (f"?{parts.query}" if parts.query else ""))


def is_own_request() -> bool:
    """Tell whether the browser says that one of our pages made this request."""
    told = request.headers.get("Origin") or request.headers.get("Referer", "")
    return urlsplit(told).netloc in _own_hosts()


def _own_hosts() -> set[str]:
    return {request.host, urlsplit(runtime().settings.public_url).netloc}
