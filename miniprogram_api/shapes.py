"""The shapes of people that several endpoints give."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from config.wording import LOCAL
from miniprogram_api.reading import exampled
from server.people.consents import Purpose
from server.people.models import App
from server.people.profile import Profile

Id = Annotated[
    int, PlainSerializer(str, return_type=Annotated[str, Field(pattern=r"^[1-9][0-9]{0,17}$")])
]
"""An opaque text outside, a number inside."""


def _local(moment: datetime) -> str:
    return moment.astimezone(LOCAL).isoformat(timespec="seconds")


Moment = Annotated[
    datetime,
    PlainSerializer(
        _local, return_type=Annotated[str, Field(json_schema_extra={"format": "date-time"})]
    ),
]
"""A moment, told in local time with its offset."""


EXAMPLE_PERSON = {
    "id": "7",
    "name": "示例·李明",
    "phone": "138****1234",
    "birth_year": 1968,
    "birth_year_seen": False,
    "birth_year_claimed": None,
    "accounts": [
        {
            "app": "miniprogram",
            "following": False,
            "linked_at": "2026-03-09T09:00:00+08:00",
        }
    ],
    "consents": {
        "service": {
            "version": 1,
            "granted": True,
            "changed_at": "2026-03-09T09:00:00+08:00",
        },
        "notices": {"version": 1, "granted": False, "changed_at": None},
    },
    "leads": False,
}


class Out(BaseModel):
    """What is given: just these fields, read from what a verb returned."""

    model_config = ConfigDict(from_attributes=True, extra="ignore")


class AccountOut(Out):
    """A WeChat account that belongs to the person."""

    app: App
    following: bool
    linked_at: Moment


class ConsentOut(Out):
    """Where the person stands with the text in force."""

    version: int
    granted: bool
    changed_at: Moment | None


class PersonOut(Out):
    """A person's own page; the phone is masked.

    `leads` tells whether they lead an activity or a team, and so may be asked for their word.
    """

    model_config = exampled(EXAMPLE_PERSON)

    id: Id
    name: str | None
    phone: str | None
    birth_year: int | None
    birth_year_seen: bool
    birth_year_claimed: int | None
    accounts: list[AccountOut]
    consents: dict[Purpose, ConsentOut]
    leads: bool

    @classmethod
    def of(cls, profile: Profile, *, leads: bool) -> "PersonOut":
        """Write a profile down."""
        return cls(
            id=profile.id,
            name=profile.name,
            phone=profile.phone,
            birth_year=profile.birth_year,
            birth_year_seen=profile.birth_year_seen,
            birth_year_claimed=profile.birth_year_claimed,
            accounts=[AccountOut.model_validate(account) for account in profile.accounts],
            consents={
                standing.purpose: ConsentOut.model_validate(standing)
                for standing in profile.consents
            },
            leads=leads,
        )


class RefusalOut(Out):
    """Why something was not done; `fields` tells what was malformed, and how."""

    model_config = exampled(
        {
            "code": "volunteers.closed",
            "message": "“社区图书角整理”报名已截止。回复“活动”看看别的。",
            "request_id": "5f0c9b1e2d3a4c67",
        }
    )

    code: str
    message: str
    request_id: str
    fields: dict[str, str] = {}
