"""The message templates that the emulated accounts own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter, model_validator

from emulator import keywords

Id = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")]


class Keyword(BaseModel):
    """One field of a template: its key (`thing1`), its name and, for enums, its words."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    key: str
    name: str = ""
    words: list[str] = []

    @model_validator(mode="after")
    def _key_tells_a_type(self) -> "Keyword":
        if keywords.kind_of(self.key) is None:
            raise ValueError(f"{self.key[:40]} is no field of a template")
        return self


class Template(BaseModel):
    """A template of one or both accounts.

    `keywords` left out means that any field is taken that fits the type in its key.
    `lasting` marks a 长期 template: one acceptance, many sends. `employee` marks one of the
    library of 用工关系, which serves there alone.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    id: Id
    title: str = "消息"
    apps: list[Literal["official", "miniprogram"]] = ["official", "miniprogram"]
    lasting: bool = False
    employee: bool = False
    banned: bool = False
    keywords: list[Keyword] | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A filled field of a message, ready to show."""

    key: str
    label: str
    value: str


class Flaw(Exception):  # noqa: N818  a fact about the data, told by its text
    """The data do not fit the template; the text is what follows `argument invalid!`."""


_LIST = TypeAdapter(list[Template])


def read_templates(given: object) -> tuple[Template, ...]:
    """Read a list of templates; raises `ValueError` when it is not one."""
    return tuple(_LIST.validate_python(given))


def default_templates(
    ids: Sequence[str | None] = (), employee: str | None = None
) -> tuple[Template, ...]:
    """Return the five templates of the service, and that for staff, under ids that are given."""
    chosen = [*ids, *[None] * (len(_DEFAULTS) - len(ids))]
    ordinary = tuple(
        Template(id=given or name, title=title, keywords=[Keyword(key=k, name=n) for k, n in keys])
        for given, (name, title, keys) in zip(chosen, _DEFAULTS, strict=True)
    )
    of_staff = ordinary[-1].model_copy(
        update={
            "id": employee or "tpl-staff-progress",
            "title": "工作通知",
            "apps": ["miniprogram"],
            "lasting": True,
            "employee": True,
        }
    )
    return (*ordinary, of_staff)


_DEFAULTS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    (
        "tpl-signup-result",
        "报名结果通知",
        (
            ("thing1", "活动名称"),
            ("phrase2", "报名结果"),
            ("time3", "活动时间"),
            ("thing4", "活动地点"),
        ),
    ),
    (
        "tpl-offer",
        "候补名额通知",
        (
            ("thing1", "活动名称"),
            ("time2", "活动时间"),
            ("time3", "确认截止"),
            ("thing4", "温馨提示"),
        ),
    ),
    (
        "tpl-cancelled",
        "活动取消通知",
        (("thing1", "活动名称"), ("time2", "活动时间"), ("thing3", "取消原因")),
    ),
    (
        "tpl-reminder",
        "活动提醒",
        (("thing1", "活动名称"), ("time2", "活动时间"), ("thing3", "活动地点"), ("thing4", "备注")),
    ),
    (
        "tpl-progress",
        "办理进度通知",
        (("thing1", "事项"), ("phrase2", "进度"), ("time3", "时间"), ("thing4", "说明")),
    ),
)


def fill(template: Template, data: object) -> list[Field]:
    """Return the filled fields in the template's order, or raise `Flaw` naming the key."""
    if not isinstance(data, Mapping):
        raise Flaw("data is not an object")
    if template.keywords is None:
        return [_field(Keyword.model_construct(key=key, name=key, words=[]), data) for key in data]
    return [_field(keyword, data) for keyword in template.keywords]


def _field(keyword: Keyword, data: Mapping[str, object]) -> Field:
    flaw = Flaw(f"data.{keyword.key[:40]}.value invalid")
    kind = keywords.kind_of(keyword.key)
    entry = data.get(keyword.key)
    value = entry.get("value") if isinstance(entry, Mapping) else None
    if kind is None or not isinstance(value, str):
        raise flaw
    if not value:
        raise Flaw(f"data.{keyword.key[:40]}.value is emtpy")  # WeChat's own spelling
    if not keywords.fits(kind, value, tuple(keyword.words)):
        raise flaw
    return Field(keyword.key, keyword.name or keyword.key, value)
