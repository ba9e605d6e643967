"""The console, put together; locked unless a page says otherwise."""

from flask import Blueprint, g, request
from flask.blueprints import BlueprintSetupState
from flask_wtf.csrf import CSRFError, CSRFProtect

from config.wording import LOCAL
from server.console import door, filters, headers, text_size, ways
from server.console.nouns import APART, NOUNS
from server.console.pages import Page
from server.console.refusals import carry_refusals
from server.console.visit import BadForm
from server.staff import sessions
from server.staff.sessions import NotSignedIn, Staff
from server.web import address, hang_beside, runtime

PAGES: tuple[tuple[str, Page], ...] = tuple(
    (f"console.{noun.pages.name}.{page.view.__name__}", page)
    for noun in (*NOUNS, *APART)
    for page in noun.pages.all
)
OPENED = {endpoint for endpoint, page in PAGES if page.opened} | {"console.static"}

LARGE = {endpoint: page.most_bytes for endpoint, page in PAGES if page.most_bytes}

csrf = CSRFProtect()
console = Blueprint(
    "console",
    __name__,
    url_prefix="/console",
    template_folder="templates",
    static_folder="static",
)


@console.record
def _prepare(state: BlueprintSetupState) -> None:
    app = state.app
    secure = app.extensions["runtime"].settings.public_url.startswith("https://")
    app.config |= {
        "SESSION_COOKIE_NAME": "__Host-form" if secure else "form",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_CHECK_DEFAULT": False,
        "WTF_CSRF_TIME_LIMIT": 12 * 3600,
    }
    csrf.init_app(app)
    for noun in APART if app.extensions["runtime"].has_party else ():
        hang_beside(state, noun.pages.blueprint)
    filters.install(app.jinja_env)
    app.jinja_env.globals["local"] = LOCAL


@console.before_request
def _enter() -> None:
    """Find out who is there; only opened pages are for strangers."""
    g.staff = None
    if request.endpoint == "console.static":
        return
    runtime().limits.spend("address", address())
    if token := door.token():
        g.staff = _recognised(token)
    if g.staff is None and request.endpoint not in OPENED:
        raise NotSignedIn
    if request.method == "POST":
        # what may be large is known before anything of it is read
        request.max_content_length = LARGE.get(request.endpoint or "", request.max_content_length)
        _check_form()
    if any("\0" in text for _, texts in request.values.lists() for text in texts):
        # no keyboard types it, and PostgreSQL stores none
        raise BadForm


def _check_form() -> None:
    """Turn down a form without its token. One of our own that grew old is shown once more."""
    try:
        csrf.protect()
    except CSRFError:
        if not ways.is_own_request():
            raise
        g.stale_form = True


def _recognised(token: str) -> Staff | None:
    now = runtime().now()
    try:
        with runtime().db.reading() as session:
            staff = sessions.recognise(session, token, now)
    except NotSignedIn:
        return None
    if sessions.is_due(staff, now):
        with runtime().db.transaction() as session:
            sessions.touch(session, staff, now)
    return staff


console.after_request(headers.dress)
console.context_processor(text_size.wanted)
for noun in NOUNS:
    console.register_blueprint(noun.pages.blueprint)
carry_refusals(console)
