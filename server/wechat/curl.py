"""How libcurl is set up for calls to WeChat, and what its faults mean."""

import ssl
from pathlib import Path

import pycurl

from server.wechat.http import CONNECT_SECONDS

FAULTS = {
    pycurl.E_COULDNT_RESOLVE_HOST: "no such host",
    pycurl.E_COULDNT_CONNECT: "nobody there",
    pycurl.E_OPERATION_TIMEDOUT: "no answer in time",
    pycurl.E_GOT_NOTHING: "cut",
    pycurl.E_SEND_ERROR: "cut",
    pycurl.E_RECV_ERROR: "cut",
    pycurl.E_SEND_FAIL_REWIND: "cut",
    pycurl.E_PARTIAL_FILE: "half an answer",
    pycurl.E_WRITE_ERROR: "too long an answer",
    pycurl.E_PEER_FAILED_VERIFICATION: "certificate refused",
    pycurl.E_SSL_CONNECT_ERROR: "no secure line",
}


def new_line(seconds: float) -> pycurl.Curl:
    """Return a handle with all that every call has in common; `seconds` bounds each call."""
    line = pycurl.Curl()
    for option, value in (
        (pycurl.POST, 1),
        (pycurl.HTTPHEADER, ["Content-Type: application/json; charset=utf-8", "Expect:"]),
        (pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1),
        (pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
        (pycurl.FOLLOWLOCATION, 0),
        (pycurl.PROXY, ""),
        (pycurl.NOSIGNAL, 1),
        (pycurl.TCP_NODELAY, 1),
        (pycurl.CONNECTTIMEOUT_MS, int(CONNECT_SECONDS * 1000)),
        (pycurl.TIMEOUT_MS, int(seconds * 1000)),
        (pycurl.SSL_VERIFYPEER, 1),
        (pycurl.SSL_VERIFYHOST, 2),
        *_trusted(),
    ):
        line.setopt(option, value)
    return line


def _trusted() -> list[tuple[int, str]]:
    """Return where this machine keeps the certificates that it trusts, as Python's ssl finds them.

    The libcurl of a wheel looks where its builder kept them.
    """
    found = ssl.get_default_verify_paths()
    given = ((pycurl.CAINFO, found.cafile), (pycurl.CAPATH, found.capath))
    return [(option, place) for option, place in given if place and Path(place).exists()]
