"""What the settings say of WeChat: its two applications, and the templates of the pushes."""

import re
from typing import Literal, Self

from pydantic import BaseModel, SecretStr, model_validator


class WechatApp(BaseModel, frozen=True):
    """One WeChat application: the official account or the mini-program.

    `original_id` is the `gh_…` name that stands in `ToUserName`; `aes_key` has 43 characters.
    """

    app_id: str = ""
    secret: SecretStr = SecretStr("")
    token: SecretStr = SecretStr("")
    aes_key: SecretStr = SecretStr("")
    previous_aes_key: SecretStr = SecretStr("")
    original_id: str = ""
    callback_mode: Literal["secure", "compatible", "plain"] = "secure"

    @model_validator(mode="after")
    def _keys_have_their_shape(self) -> Self:
        for key in (self.aes_key, self.previous_aes_key):
            text = key.get_secret_value()
            if text and not re.fullmatch(r"[A-Za-z0-9]{43}", text):
                raise ValueError("AES_KEY must be the 43 letters and digits that WeChat shows")
        return self

    def missing(self) -> list[str]:
        """Return the names of what is still empty."""
        wanted = {
            "APP_ID": self.app_id,
            "SECRET": self.secret.get_secret_value(),
            "TOKEN": self.token.get_secret_value(),
            "AES_KEY": self.aes_key.get_secret_value(),
            "ORIGINAL_ID": self.original_id,
        }
        return [name for name, value in wanted.items() if not value]


NAMES = ("signup", "offer", "cancelled", "reminder", "progress")
"""What templates are for; each is a setting, and one more for each way that has another id."""


class Templates(BaseModel, frozen=True):
    """Template ids of the pushes, as the WeChat console shows them; empty means none.

    `reminder` is used by every way but 用工关系; where a way has a template of its own, its id
    stands under the name with the way behind it (`reminder_template`), empty to close that way.
    `lasting` are the ids, parted by commas, of templates that people allow for good (长期).
    `page_…` are the pages of the mini-program, with their paths there, that a tap on a card opens.
    """

    signup: str = "tpl-signup-result"
    offer: str = "tpl-offer"
    cancelled: str = "tpl-cancelled"
    reminder: str = "tpl-reminder"
    progress: str = "tpl-progress"

    signup_subscription: str | None = None
    signup_notification: str | None = None
    signup_template: str | None = None
    offer_subscription: str | None = None
    offer_notification: str | None = None
    offer_template: str | None = None
    cancelled_subscription: str | None = None
    cancelled_notification: str | None = None
    cancelled_template: str | None = None
    reminder_subscription: str | None = None
    reminder_notification: str | None = None
    reminder_template: str | None = None
    progress_subscription: str | None = None
    progress_notification: str | None = None
    progress_template: str | None = None
    progress_employee: str = "tpl-staff-progress"

    lasting: str = ""

    page_start: str = "pages/index/index"
    page_activities: str = ""
    page_activity: str = ""
    page_mine: str = ""
    page_need: str = ""
    page_records: str = ""
    page_certificates: str = ""
    page_stars: str = ""
    page_teams: str = ""
    page_leading: str = ""

    def id_of(self, name: str, way: str) -> str:
        """Return the id of a template for a way, "" when there is none.

        用工关系 has a library of templates of its own, so nothing else's id serves there.
        """
        own = getattr(self, f"{name}_{way}", "" if way == "employee" else None)
        return str(getattr(self, name, "")) if own is None else str(own)

    def named(self, way: str) -> dict[str, str]:
        """Return the ids in use for a way, by what they are for."""
        found = {name: self.id_of(name, way) for name in NAMES}
        return {name: template_id for name, template_id in found.items() if template_id}

    def is_lasting(self, template_id: str) -> bool:
        """Tell whether people allow this template for good."""
        return template_id in {each.strip() for each in self.lasting.split(",")} - {""}

    def page(self, name: str) -> str:
        """Return the path of a page of the mini-program, "" when none is set."""
        return str(getattr(self, f"page_{name}")) if name else ""
