"""Trainings and qualifications that somebody shows at the desk."""

from flask import Response
from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from server.console.activity_words import SKILLS
from server.console.forms import Form
from server.console.forms.activities import offered
from server.console.pages import Pages, keyed
from server.console.visit import Visit
from server.people import finding
from server.staff.rights import Right
from server.volunteers.models import SkillKind
from server.volunteers.stars import skills
from server.volunteers.stars.skills import NobodyFound, Seen

pages = Pages("skills", __name__)


class SkillForm(Form):
    """What was shown, by whom, until when it holds."""

    word = StringField("志愿者编号或手机号", [InputRequired("请填编号或手机号。"), Length(max=40)])
    kind = SelectField("类别", choices=offered(SKILLS))
    name = StringField(
        "名称",
        [InputRequired("请写上名称。"), Length(max=40)],
        description="要和活动里写的一字不差，例如“红十字救护员”。",
    )
    granted_on = DateField("取得日期", [InputRequired("请填取得日期。")])
    valid_until = DateField("有效期至", [Optional()], description="长期有效就不填。")
    evidence = StringField(
        "看过的证明",
        [InputRequired("请写明看过什么。"), Length(max=200)],
        description="例如“证书原件已核”。不要写证件号码。",
    )


@pages.get("/skills", Right.EDIT_PEOPLE)
def list_skills(visit: Visit) -> Response:
    """Show what was entered lately, and the form for more."""
    return visit.show(
        "activities/skills.html",
        form=visit.form(SkillForm),
        latest=skills.latest(visit.session, visit.reach, vault=visit.runtime.vault),
        kinds=SKILLS,
        today=visit.now,
    )


@pages.post("/skills", Right.EDIT_PEOPLE, again=list_skills)
def enter(visit: Visit) -> Response:
    """Put down what was shown."""
    form = visit.filled(SkillForm)
    person_id = finding.by_word(visit.session, form.word.data or "", vault=visit.runtime.vault)
    if person_id is None:
        raise NobodyFound
    seen = Seen(
        SkillKind(form.kind.data),
        form.name.data or "",
        form.granted_on.data,
        form.valid_until.data,
        form.evidence.data or "",
    )
    skills.enter(visit.session, visit.reach, person_id, seen, visit.now)
    return visit.go("skills.list_skills", "已登记，本人现在可以报名相应的活动。")


@pages.post("/skills/<skill_id>/revoke", Right.EDIT_PEOPLE, again=list_skills)
def revoke(visit: Visit, skill_id: int) -> Response:
    """Let it count no longer."""
    skills.revoke(visit.session, visit.reach, skill_id, keyed("reason"), visit.now)
    return visit.go("skills.list_skills", "已撤销。")
