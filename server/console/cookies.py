"""What a browser keeps for the console: bound to the host where https is, never read by scripts."""

from datetime import timedelta

from flask import Response, request

from server.web import runtime


def named(name: str) -> str:
    """Return a cookie's full name; browsers bind `__Host-` to this very host."""
    return f"__Host-{name}" if _secure() else name


def shown(name: str) -> str:
    """Return what the request shows of a cookie, or nothing."""
    return request.cookies.get(named(name), "")


def give(answer: Response, name: str, value: str, life: timedelta | None = None) -> None:
    """Let the browser keep something for so long, or until it is closed."""
    answer.set_cookie(
        named(name),
        value,
        max_age=life,
        path="/",
        secure=_secure(),
        httponly=True,
        samesite="Lax",
    )


def take_back(answer: Response, name: str) -> None:
    """Let the browser forget it."""
    answer.delete_cookie(named(name), path="/", secure=_secure(), httponly=True, samesite="Lax")


def _secure() -> bool:
    return runtime().settings.public_url.startswith("https://")
