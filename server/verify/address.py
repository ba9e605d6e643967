"""Where a request comes from, told by as many proxies of ours as the settings name."""

import ipaddress

from flask import Request

from config.settings import Settings


def of(request: Request, settings: Settings) -> str:
    """Return the address, an IPv6 network of 64 bits counting as one place.

    X-Forwarded-For is believed only as far as our own proxies wrote it.
    """
    told = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    hops = settings.trusted_proxies
    place = told[-hops] if 0 < hops <= len(told) else request.remote_addr or ""
    try:
        parsed = ipaddress.ip_address(place)
    except ValueError:
        return request.remote_addr or "unknown"
    if parsed.version == 4 or parsed.ipv4_mapped:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))
