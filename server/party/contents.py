"""What stands in a file, opened and sealed: each text at its own place, under the party key."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from config.wording import LOCAL
from server.party.keys import PartyVault
from server.party.models import PartyFile
from server.party.refusals import BadDates, NameNeeded
from server.party.texts import checked
from server.people import profile

LONGEST: Mapping[str, int] = {
    "name": 20,
    "phone": 30,
    "place": 100,
    "employer": 60,
    "reason": 60,
    "card_no": 30,
    "note": 200,
}
"""The texts of a file, each with how many characters it holds."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a file says of somebody. The days are when they left home, and when they came here."""

    name: str
    phone: str = ""
    place: str = ""
    employer: str = ""
    reason: str = ""
    card_no: str = ""
    note: str = ""
    left_on: date | None = None
    arrived_on: date | None = None


def checked_facts(facts: Facts, now: datetime) -> Facts:
    """Return the facts as they are kept, or refuse what a file may not hold."""
    said = {field: checked(getattr(facts, field), most) for field, most in LONGEST.items()}
    if not said["name"]:
        raise NameNeeded
    if said["phone"]:
        said["phone"] = profile.normalised(said["phone"])
    today = now.astimezone(LOCAL).date()
    days = [day for day in (facts.left_on, facts.arrived_on) if day]
    if any(day > today for day in days) or days != sorted(days):
        raise BadDates
    return Facts(**said, left_on=facts.left_on, arrived_on=facts.arrived_on)


def put(file: PartyFile, facts: Facts, vault: PartyVault) -> None:
    """Seal checked facts into a file that has its number already."""
    for field in LONGEST:
        put_text(file, field, getattr(facts, field), vault)
    file.left_on, file.arrived_on = facts.left_on, facts.arrived_on


def put_text(file: PartyFile, field: str, words: str, vault: PartyVault) -> None:
    """Seal one checked text into a file, with the mark by which it is found."""
    setattr(file, field, vault.seal(words, _place(file, field)) if words else None)
    if field == "name":
        file.name_mark = profile.name_mark(words, vault=vault)
    if field == "phone":
        file.phone_mark = phone_mark(words, vault)


def phone_mark(phone: str, vault: PartyVault) -> str | None:
    """Return the mark by which a number, spelled as it is kept, is found; None for none."""
    return vault.mark(phone, "phone") if phone else None


def opened(file: PartyFile, vault: PartyVault) -> Facts:
    """Return what stands in a file; whoever calls this has noted that it is read."""
    return Facts(
        **{field: text_of(file, field, vault) for field in LONGEST},
        left_on=file.left_on,
        arrived_on=file.arrived_on,
    )


def text_of(file: PartyFile, field: str, vault: PartyVault) -> str:
    """Return one text of a file, "" where nothing was told."""
    sealed: bytes | None = getattr(file, field)
    return vault.open(sealed, _place(file, field)) if sealed else ""


def _place(file: PartyFile, field: str) -> str:
    return f"party_file:{file.id}:{field}"


def mark_of(facts: Facts, vault: PartyVault) -> str:
    """Return the mark by which the name of these facts is found."""
    return profile.name_mark(facts.name, vault=vault)
