"""The tables of people."""

from server.people.models.persons import (
    Account,
    App,
    BirthYearClaim,
    Channel,
    Person,
    Post,
    Role,
)
from server.people.models.rights import Consent, Erasure, ErasureState, Guardian
from server.people.models.sessions import ApiSession, Dialogue, KeyedRequest, LinkCode

__all__ = [
    "Account",
    "ApiSession",
    "App",
    "BirthYearClaim",
    "Channel",
    "Consent",
    "Dialogue",
    "Erasure",
    "ErasureState",
    "Guardian",
    "KeyedRequest",
    "LinkCode",
    "Person",
    "Post",
    "Role",
]
