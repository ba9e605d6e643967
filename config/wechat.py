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


class Templates(BaseModel, frozen=True):
    """Template ids of the pushes, as the WeChat console shows them; empty means none."""

    signup: str = "tpl-signup-result"
    offer: str = "tpl-offer"
    cancelled: str = "tpl-cancelled"
    reminder: str = "tpl-reminder"
    progress: str = "tpl-progress"
