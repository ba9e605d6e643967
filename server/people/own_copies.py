"""What the tables of people add to the copy of a person's own data."""

from sqlalchemy import Enum, or_, select, type_coerce

from server.areas.models import Area
from server.db import values
from server.people.consents import Purpose
from server.people.copies import ELSEWHERE, PARTS, Part
from server.people.models import (
    Account,
    ApiSession,
    BirthYearClaim,
    Consent,
    Dialogue,
    Erasure,
    Guardian,
    KeyedRequest,
    LinkCode,
    Person,
    Post,
)
from server.wechat.models import Inbound

PURPOSE = Enum(Purpose, native_enum=False, values_callable=values)

PROFILE = Part(
    "profile",
    (),
    lambda person: (
        select(
            Person.id.label("_id"),
            Person.volunteer_no.label("volunteer_no"),
            Person.name.label("name"),
            Person.phone.label("phone"),
            Person.birth_year.label("birth_year"),
            Person.birth_year_seen_at.label("birth_year_seen_at"),
            Person.remind_minutes.label("remind_minutes"),
            Person.remind_once.label("remind_once"),
            Area.name.label("area"),
            Person.created_at.label("met_at"),
        )
        .outerjoin(Area, Area.id == Person.area_id)
        .where(Person.id == person)
    ),
    {"name": "person:{_id}:name", "phone": "person:{_id}:phone"},
)
CLAIM = Part(
    "birth_year",
    ("birth_year_claim.person_id",),
    lambda person: select(
        BirthYearClaim.year.label("birth_year"),
        BirthYearClaim.channel.label("channel"),
        BirthYearClaim.asked_at.label("asked_at"),
    ).where(BirthYearClaim.person_id == person),
)
ACCOUNTS = Part(
    "accounts",
    ("account.person_id",),
    lambda person: (
        select(
            Account.app.label("app"),
            Account.openid.label("openid"),
            Account.unionid.label("unionid"),
            Account.following.label("following"),
            Account.follow_changed_at.label("follow_changed_at"),
            Account.bound_at.label("bound_at"),
            Account.created_at.label("met_at"),
        )
        .where(Account.person_id == person)
        .order_by(Account.id)
    ),
)
CONSENTS = Part(
    "consents",
    ("consent.person_id",),
    lambda person: (
        select(
            type_coerce(Consent.purpose, PURPOSE).label("purpose"),
            Consent.version.label("version"),
            Consent.channel.label("channel"),
            Consent.granted_at.label("granted_at"),
            Consent.withdrawn_at.label("withdrawn_at"),
        )
        .where(Consent.person_id == person)
        .order_by(Consent.id)
    ),
)
GUARDIANS = Part(
    "guardians",
    ("guardian.minor_id", "guardian.guardian_id"),
    lambda person: (
        select(
            Guardian.id.label("_id"),
            Guardian.name.label("name"),
            Guardian.phone.label("phone"),
            Guardian.relation.label("relation"),
            Guardian.channel.label("channel"),
            Guardian.agreed_at.label("granted_at"),
            Guardian.withdrawn_at.label("withdrawn_at"),
        )
        .where(or_(Guardian.minor_id == person, Guardian.guardian_id == person))
        .order_by(Guardian.id)
    ),
    {"name": "guardian:{_id}:name", "phone": "guardian:{_id}:phone"},
)
POSTS = Part(
    "posts",
    ("post.person_id",),
    lambda person: (
        select(
            Post.role.label("role"),
            Area.name.label("area"),
            Post.since.label("since"),
            Post.until.label("until"),
        )
        .join(Area, Area.id == Post.area_id)
        .where(Post.person_id == person)
        .order_by(Post.id)
    ),
)
CHAT = Part(
    "chat",
    (),
    lambda person: (
        select(
            Inbound.received_at.label("at"),
            Inbound.kind.label("kind"),
            Inbound.reply.label("reply"),
        )
        .join(Account, (Account.openid == Inbound.openid) & (Account.app == Inbound.app))
        .where(Account.person_id == person)
        .order_by(Inbound.id)
    ),
)
DIALOGUE = Part(
    "dialogue",
    ("dialogue.person_id",),
    lambda person: select(
        Dialogue.choices.label("choices"), Dialogue.expires_at.label("expires_at")
    ).where(Dialogue.person_id == person),
)
LOGINS = Part(
    "logins",
    ("api_session.person_id",),
    lambda person: (
        select(
            ApiSession.created_at.label("since"),
            ApiSession.seen_at.label("seen_at"),
            ApiSession.expires_at.label("expires_at"),
        )
        .where(ApiSession.person_id == person)
        .order_by(ApiSession.id)
    ),
)
REQUESTS = Part(
    "requests",
    ("keyed_request.person_id",),
    lambda person: (
        select(
            KeyedRequest.id.label("_id"),
            KeyedRequest.created_at.label("at"),
            KeyedRequest.answer.label("answer"),
        )
        .where(KeyedRequest.person_id == person)
        .order_by(KeyedRequest.id)
    ),
    {"answer": "keyed_request:{_id}"},
)
CODES = Part(
    "codes",
    ("link_code.person_id",),
    lambda person: select(LinkCode.expires_at.label("expires_at")).where(
        LinkCode.person_id == person
    ),
)
WISHES = Part(
    "wishes",
    (),
    lambda person: (
        select(
            Erasure.channel.label("channel"),
            Erasure.state.label("state"),
            Erasure.asked_at.label("asked_at"),
            Erasure.due_at.label("due_at"),
        )
        .where(Erasure.person_id == person)
        .order_by(Erasure.id)
    ),
)

# who one is comes first, whatever order the packages were imported in
PARTS[:0] = (
    *(PROFILE, CLAIM, ACCOUNTS, CONSENTS, GUARDIANS, POSTS, WISHES),
    *(CHAT, DIALOGUE, LOGINS, REQUESTS, CODES),
)
ELSEWHERE |= {
    "birth_year_claim.asked_by": "who told the year: the person, or staff for them",
    "person.birth_year_seen_by": "the member of staff who saw somebody else's document",
    "guardian.seen_by": "the member of staff before whom somebody else agreed",
    "post.stands_in_for": "whose post it is otherwise; that post is listed as their own",
}
