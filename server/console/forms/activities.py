"""The form on which staff describe an activity."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from wtforms import (
    DateField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from config.wording import LOCAL
from server.areas.models import Area
from server.console.activity_words import FIELDS, RISKS, TEAMS
from server.console.forms import Form
from server.volunteers.activities.beginnings import Offered
from server.volunteers.activities.drafts import OLDEST, Draft, Time
from server.volunteers.models import Field, Risk, TeamKind

MOST_TIMES = 6
MOST_PLACES = 100_000
YEARS = range(2000, 2100)


def offered(names: Mapping[Any, str]) -> list[SelectChoice]:
    """Return what a list or circles offer: stored words with the words people read."""
    return [SelectChoice(str(key.value), name) for key, name in names.items()]


class TimeForm(PlainForm):
    """One shift: a day, from when to when, and for how many; a row without a day is no shift."""

    day = DateField("日期", [Optional()])
    begins = TimeField("开始", [Optional()])
    ends = TimeField("结束", [Optional()])
    places = IntegerField("名额", [Optional(), NumberRange(1, MOST_PLACES, "名额至少1个。")])

    def validate_day(self, field: DateField) -> None:
        """Ask for the hours and places of a day."""
        if field.data is None:
            return
        if field.data.year not in YEARS:
            raise ValidationError("请核对日期。")
        if None in (self.begins.data, self.ends.data, self.places.data):
            raise ValidationError("请把这一行的开始、结束和名额填全。")
        if self.begins.data == self.ends.data:
            raise ValidationError("开始和结束不能一样。")

    def time(self) -> Time | None:
        """Return the shift keyed here; one that ends before it begins ends on the next day."""
        if self.day.data is None:
            return None
        starts_at = _moment(self.day.data, self.begins.data)
        ends_at = _moment(self.day.data, self.ends.data)
        if ends_at <= starts_at:
            ends_at = _moment(date.fromordinal(self.day.data.toordinal() + 1), self.ends.data)
        return Time(starts_at, ends_at, self.places.data)


class ActivityForm(Form):
    """All that people must be told of an activity, and what it asks of them."""

    seen = HiddenField()
    need_id = HiddenField()
    title = StringField("活动名称", [InputRequired("请写上活动名称。"), Length(max=80)])
    area = SelectField("所在区域", validate_choice=False)
    field = SelectField("服务领域", choices=offered(FIELDS), default="other")
    team = SelectField("面向队伍", choices=offered(TEAMS), default="other")
    place = StringField(
        "集合地点",
        [InputRequired("请写上集合地点。"), Length(max=120)],
        description="写到能找到的程度，例如“示例社区活动室一楼”。不要写服务对象的门牌号。",
    )
    team_id = SelectField(
        "由哪支队伍承办", validate_choice=False, description="不是队伍的活动，就不选。"
    )
    leader_id = SelectField(
        "队伍负责人带队",
        validate_choice=False,
        description="选了，他在公众号里就能出签到码、点名、核定时长。",
    )
    leader_name = StringField("带队人", [InputRequired("请写上带队人。"), Length(max=40)])
    risk = RadioField(
        "风险程度",
        [InputRequired("请选择风险程度。")],
        choices=offered(RISKS),
        default="normal",
    )
    risk_note = TextAreaField(
        "风险提示",
        [InputRequired("请写上风险提示。"), Length(max=2000)],
        description="会有什么风险、怎么避免，报名的人都会看到。例如“路滑，穿防滑鞋；不登高”。",
    )
    insurance_ref = StringField(
        "保险单号", [Length(max=80)], description="高风险和应急救援必填，没有保险不能开放报名。"
    )
    command_contact = StringField(
        "现场指挥联系人", [Length(max=80)], description="应急救援必填，例如“指挥点 王芳 0351-…”。"
    )
    min_age = IntegerField(
        "最小年龄",
        [Optional(), NumberRange(0, OLDEST)],
        description="不填：未满18岁要监护人同意，未满14岁要监护人同来。",
    )
    max_age = IntegerField("最大年龄", [Optional(), NumberRange(0, OLDEST)])
    training = StringField("须参加过的培训", [Length(max=40)])
    qualification = StringField(
        "须有的资质证书", [Length(max=40)], description="医疗健康类一般要写，例如“护士执业证”。"
    )
    times = FieldList(FormField(TimeForm), "时间", min_entries=MOST_TIMES, max_entries=MOST_TIMES)

    def validate_times(self, field: FieldList) -> None:
        """Ask for one shift at least."""
        if not any(row.form.day.data for row in field):
            raise ValidationError("请至少填一个时间。")

    def offer(self, areas: list[Area], teams: list[Offered]) -> None:
        """Offer the areas in which the person may do this, and the teams that may take it on."""
        nobody = SelectChoice("", "不选")
        led = [team for team in teams if team.leader_id]
        self.team_id.choices = [nobody, *(SelectChoice(str(t.id), t.name) for t in teams)]
        self.leader_id.choices = [
            nobody,
            *(SelectChoice(str(team.leader_id), f"{team.leader}（{team.name}）") for team in led),
        ]
        _keep(self.team_id, "现在的队伍")
        _keep(self.leader_id, "现在的带队人")
        self.area.choices = [SelectChoice(area.code, area.name) for area in areas]

    def draft(self) -> Draft:
        """Return the draft that was keyed."""
        times = (row.form.time() for row in self.times)
        return Draft(
            title=self.title.data or "",
            area_code=self.area.data or "",
            place=self.place.data or "",
            leader_name=self.leader_name.data or "",
            risk_note=self.risk_note.data or "",
            times=tuple(each for each in times if each is not None),
            field=Field(self.field.data),
            team=TeamKind(self.team.data),
            team_id=number(self.team_id.data),
            leader_id=number(self.leader_id.data),
            need_id=number(self.need_id.data),
            risk=Risk(self.risk.data),
            insurance_ref=self.insurance_ref.data or None,
            command_contact=self.command_contact.data or None,
            min_age=self.min_age.data,
            max_age=self.max_age.data,
            training=self.training.data or None,
            qualification=self.qualification.data or None,
        )


def given(draft: Draft, seen: int | None = None) -> dict[str, Any]:
    """Return what a form begins with when it is about this draft."""
    facts: dict[str, Any] = {
        name: getattr(draft, name)
        for name in Draft.__dataclass_fields__
        if name not in ("area_code", "times", "field", "team", "risk")
    }
    facts |= {name: getattr(draft, name).value for name in ("field", "team", "risk")}
    return facts | {"area": draft.area_code, "times": list(map(_row, draft.times)), "seen": seen}


def _keep(field: SelectField, words: str) -> None:
    """Offer what stands in the field already, even where it would not be offered anew."""
    known = {choice.value for choice in field.choices}
    if field.data and field.data not in known:
        field.choices = [*field.choices, SelectChoice(field.data, words)]


def number(keyed: str | None) -> int | None:
    """Return a number hidden in the form, None where nothing sensible stands."""
    keyed = keyed or ""
    return int(keyed) if keyed.isascii() and keyed.isdigit() and len(keyed) <= 18 else None


def _row(each: Time) -> dict[str, Any]:
    starts_at, ends_at = each.starts_at.astimezone(LOCAL), each.ends_at.astimezone(LOCAL)
    return {
        "day": starts_at.date(),
        "begins": starts_at.time(),
        "ends": ends_at.time(),
        "places": each.capacity,
    }


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, LOCAL)
