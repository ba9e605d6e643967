"""Everything the emulator knows, behind one lock."""

import threading
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from emulator.chat import Chat
from emulator.clock import Clock
from emulator.codes import Codes
from emulator.faults import Faults
from emulator.ids import Ids
from emulator.journal import Journal
from emulator.ledger import Ledger
from emulator.media import Media
from emulator.menus import Menu
from emulator.options import Held
from emulator.people import People
from emulator.qrcodes import QrCodes
from emulator.quotas import Quotas
from emulator.settings import AppName, Mode, Settings
from emulator.templates import Template, default_templates
from emulator.tokens import Tokens


class Knobs(BaseModel):
    """What may be turned while the emulator runs.

    `deadline_seconds` and `attempts` are the platform's 5 s and 3 tries; `send_takes` is how
    long a subscription send is under way (parallel ones to one person get 43108);
    `sign_with` chooses whose time signs pushes: the emulator's clock or the machine's;
    `employee_relations` is whether the mini-program was given 用工关系; `picture_verdict` is
    what the content check thinks of every picture that it can fetch.
    """

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    official_mode: Mode = "secure"
    miniprogram_mode: Mode = "secure"
    miniprogram_format: Literal["xml", "json"] = "json"
    deadline_seconds: float = Field(default=5.0, gt=0, le=60)
    attempts: int = Field(default=3, ge=1, le=10)
    token_seconds: int = Field(default=7200, ge=1, le=7200)
    send_takes: float = Field(default=0.0, ge=0, le=10)
    sign_with: Literal["clock", "wall"] = "clock"
    employee_relations: bool = True
    picture_verdict: Literal["pass", "review", "risky"] = "pass"

    def mode(self, app: AppName) -> Mode:
        """Return how pushes of that application are sealed."""
        return self.official_mode if app == "official" else self.miniprogram_mode


class World:
    """The state of the emulated platform; whoever reads or changes it holds `lock`."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.ids = Ids(settings.seed, clock)
        self.lock = threading.RLock()
        self.begin()

    def begin(self) -> None:
        """Make the world new: no followers, tokens, menus, faults or journal."""
        self.clock.reset()
        self.knobs = self.first_knobs()
        self.people = People(self.ids)
        self.chat = Chat()
        self.codes = Codes(self.ids)
        self.faults = Faults()
        self.journal = Journal()
        self.ledger = Ledger()
        self.media = Media(self.ids)
        self.menu = Menu()
        self.qrcodes = QrCodes(self.ids)
        self.quotas = Quotas()
        self.tokens = Tokens(self.ids)
        self.sent: dict[tuple[str, str], tuple[datetime, int]] = {}
        self.sending: set[str] = set()
        self.held: dict[int, Held] = {}
        self.held_count = 0
        self.use_templates(self.settings.templates or default_templates())
        for name in self.settings.people:
            self.people.add(name)

    def first_knobs(self) -> Knobs:
        """Return the knobs as they stand at start."""
        return Knobs(
            official_mode=self.settings.official.mode,
            miniprogram_mode=self.settings.miniprogram.mode,
        )

    def use_templates(self, templates: tuple[Template, ...] | list[Template]) -> None:
        """Let these be the templates that the accounts own."""
        self.templates = {template.id: template for template in templates}

    def template(self, app: AppName, template_id: object) -> Template | None:
        """Return the application's template of that id."""
        found = self.templates.get(template_id) if isinstance(template_id, str) else None
        return found if found is not None and app in found.apps else None
