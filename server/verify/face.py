"""Pages without a login: the ways in, verifying a certificate, opening one's own by a link."""

from datetime import datetime

from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from config.wording import LOCAL, say
from server.db import Busy
from server.errors import Refusal, TooMany, Unavailable
from server.people.readable import normalised
from server.statuses import status_of
from server.verify.paper import pdf
from server.volunteers.certificates import papers, verification
from server.volunteers.hours import hours
from server.web import address, claim, runtime

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex",
}
BUSY_SECONDS = 2

verify = Blueprint(
    "verify",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/verify/static",
)


verify.app_template_filter("service_hours")(hours.spelled)


@verify.app_template_filter("local_day")
def _local_day(moment: datetime) -> str:
    day = moment.astimezone(LOCAL)
    return f"{day.year}年{day.month}月{day.day}日"


@verify.before_request
def _count() -> None:
    if request.endpoint != "verify.static":
        runtime().limits.spend("verify", address())


@verify.after_request
def _dress(answer: Response) -> Response:
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    if runtime().settings.public_url.startswith("https://"):
        answer.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if request.endpoint != "verify.static":
        answer.headers["Cache-Control"] = "no-store"
    return answer


@verify.record
def _claim(state: BlueprintSetupState) -> None:
    claim(state.app, "", _lost)


def _lost(error: HTTPException) -> ResponseReturnValue:
    """Say to whoever mistyped an address where to go."""
    if error.code != 404:
        return error
    return _dress(make_response(render_template("verify/lost.html"), 404))


@verify.get("/")
def front() -> str:
    """Show whoever opens the bare address the ways in."""
    return render_template("verify/front.html")


@verify.get("/verify/")
def ask() -> ResponseReturnValue:
    """Ask for a number, or lead to the one that was typed."""
    said = normalised(request.args.get("no", ""))
    if said:
        return redirect(url_for("verify.show", said=said[:24]), 303)
    return render_template("verify/ask.html")


@verify.get("/verify/<said>")
def show(said: str) -> ResponseReturnValue:
    """Tell whether the certificate of this number is true; an unknown one looks the same."""
    with runtime().db.reading() as session:
        found = verification.look_up(session, said, runtime().vault)
    shown = papers.spaced(normalised(said)[:24])
    return render_template("verify/found.html", found=found, said=shown), 200 if found else 404


@verify.get("/certificates/<number>/<until>/<mark>")
def download(number: str, until: str, mark: str) -> ResponseReturnValue:
    """Open one's certificate by the link that chat or the mini-program gave."""
    with runtime().db.reading() as session:
        paper = verification.follow(session, number, until, mark, runtime().now(), runtime().vault)
    return pdf(paper, runtime().settings.public_url)


@verify.errorhandler(Refusal)
def _refused(refusal: Refusal) -> ResponseReturnValue:
    runtime().metrics.refusals.labels(refusal.code).inc()
    # whoever may not see something learns no more than whoever asks for nothing
    passing = isinstance(refusal, TooMany | Unavailable)
    code = status_of(type(refusal)) if passing else 404
    page = render_template("verify/refused.html", sentence=say(refusal.code, **refusal.facts))
    answer = Response(page, code)
    if "retry_after" in refusal.facts:
        answer.headers["Retry-After"] = str(refusal.facts["retry_after"])
    return answer


@verify.errorhandler(Busy)
def _busy(_busy: Busy) -> ResponseReturnValue:
    sentence = say("request.busy", retry_after=BUSY_SECONDS)
    page = render_template("verify/refused.html", sentence=sentence)
    return page, 503, {"Retry-After": str(BUSY_SECONDS)}


@verify.errorhandler(HTTPException)
def _by_http(error: HTTPException) -> ResponseReturnValue:
    sentence = say("request.nothing_here")
    return render_template("verify/refused.html", sentence=sentence), error.code or 404
