"""The headers that every page of the console bears."""

from datetime import timedelta

from flask import Response, request

from server.web import runtime

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}
YEAR = timedelta(days=365)


def dress(answer: Response) -> Response:
    """Give a page the headers that all of them bear."""
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    if runtime().settings.public_url.startswith("https://"):
        life = int(YEAR.total_seconds())
        answer.headers["Strict-Transport-Security"] = f"max-age={life}; includeSubDomains"
    if request.endpoint != "console.static" and not answer.cache_control.no_store:
        answer.headers["Cache-Control"] = "no-store"
    return answer
