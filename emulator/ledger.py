"""Who has allowed which subscription messages: one-time credits add up, lasting ones stay."""

from dataclasses import dataclass
from typing import Literal

from emulator.settings import AppName
from emulator.templates import Template

Answer = Literal["accept", "reject", "turn_off"]


@dataclass(slots=True)
class Consent:
    """What one person has said to one template."""

    credits: int = 0
    lasting: bool = False


class Ledger:
    """The consents of all people."""

    def __init__(self) -> None:
        self._consents: dict[tuple[AppName, str, str], Consent] = {}

    def of(self, app: AppName, openid: str, template: str) -> Consent:
        """Return the consent, empty when nothing was ever said."""
        return self._consents.setdefault((app, openid, template), Consent())

    def answer(self, app: AppName, openid: str, template: Template, answer: Answer) -> None:
        """Note the person's answer; turning off takes back all that was allowed."""
        consent = self.of(app, openid, template.id)
        if answer == "turn_off":
            consent.credits, consent.lasting = 0, False
        elif answer == "accept" and template.lasting:
            consent.lasting = True
        elif answer == "accept":
            consent.credits += 1

    def use(self, app: AppName, openid: str, template: Template) -> bool:
        """Take one credit; False when the person has allowed nothing (any more)."""
        consent = self.of(app, openid, template.id)
        if consent.lasting:
            return True
        if not consent.credits:
            return False
        consent.credits -= 1
        return True

    def show(self) -> list[dict[str, object]]:
        """Return all consents, for tests to compare with the service's own book."""
        return [
            {"app": app, "openid": openid, "template_id": template}
            | {"credits": consent.credits, "lasting": consent.lasting}
            for (app, openid, template), consent in self._consents.items()
        ]
