"""What a page is handed: the open transaction, who is there, and how far their rights reach."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from flask import Response, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm

from server.areas import tree
from server.console.navigation import navigation
from server.db import Session
from server.errors import Invalid, Refusal
from server.people import profile
from server.runtime import Runtime
from server.staff import reach as reaches
from server.staff.reach import Reach
from server.staff.rights import ROLE_NAMES
from server.staff.sessions import NotSignedIn, Staff

Sheet = TypeVar("Sheet", bound=FlaskForm)


class BadForm(Invalid):
    """Some fields of the form need another look; they say themselves what is wrong."""

    code = "staff.bad_form"


@dataclass(frozen=True, slots=True)
class Visit:
    """One request to a page, inside its transaction.

    `refusal` is what a form was just turned down with, when its page is shown again.
    """

    session: Session
    runtime: Runtime
    staff: Staff | None
    reach: Reach
    refusal: Refusal | None = None

    @classmethod
    def of(
        cls,
        session: Session,
        runtime: Runtime,
        staff: Staff | None,
        refusal: Refusal | None = None,
    ) -> "Visit":
        """Look up, in this very transaction, what the person may do where by now."""
        now = runtime.now()
        reach = reaches.of(session, staff.person_id, now) if staff else Reach(0, ())
        return cls(session, runtime, staff, reach, refusal)

    @property
    def me(self) -> Staff:
        """Return who is there, or refuse when nobody is signed in."""
        if self.staff is None:
            raise NotSignedIn
        return self.staff

    @property
    def person_id(self) -> int:
        """Return the person who is there."""
        return self.me.person_id

    @property
    def now(self) -> datetime:
        """Return the moment it is, in UTC."""
        return self.runtime.now()

    def show(self, template: str, status: int = 200, **facts: Any) -> Response:
        """Render a page below `templates/console/` with the usual frame around it."""
        page = render_template(
            f"console/{template}",
            me=self._shown_self(),
            nav=navigation(self.reach),
            now=self.now,
            refusal=self.refusal,
            **facts,
        )
        return Response(page, status)

    def form(self, kind: type[Sheet], **given: Any) -> Sheet:
        """Return a form with `given`, or where it comes back with what was keyed and its flaws."""
        form = kind(**given)
        if self.refusal is not None:
            form.validate()  # type: ignore[no-untyped-call]
        return form

    def filled(self, kind: type[Sheet]) -> Sheet:
        """Return the submitted form, or refuse; its fields then say what is wrong."""
        form = kind()
        if not form.validate():  # type: ignore[no-untyped-call]
            raise BadForm
        return form

    def go(self, endpoint: str, said: str = "", **path: Any) -> Response:
        """Lead on to another page after something was done, and say what was done."""
        if said:
            flash(said, "success")
        address = url_for(f"console.{endpoint}", **path)
        return redirect(address, 303)  # type: ignore[return-value]

    def _shown_self(self) -> dict[str, Any] | None:
        if self.staff is None:
            return None
        name = profile.name_of(self.session, self.staff.person_id, vault=self.runtime.vault)
        return {
            "name": name or self.staff.login,
            "area": tree.name_at(self.session, min(path for _, path in self.reach.grants))
            if self.reach.grants
            else "",
            "roles": [ROLE_NAMES[role] for role in sorted(self.reach.roles)],
        }
