"""Every step of a user, with the verb behind it, its word in chat and its address in REST.

A line says which functions of the domain do it (either of them, where chat knows a thing by its
number and REST by its id), by which commands it is asked for in chat, and by which operations.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from server.areas import spoken
from server.notices import coming, inbox, oftenness, snoozing
from server.party import contacts, own
from server.party import waiting as party_waiting
from server.party.letters import answering as letter_answers
from server.party.letters import reading as letters
from server.party.needs import views as member_needs
from server.party.reports import proxies, reports
from server.party.reviews import answering
from server.people import (
    ages,
    consents,
    copies,
    downloads,
    erasures,
    guardian_codes,
    guardians,
    linking,
    profile,
)
from server.riders import registration
from server.riders.hazards import answers as hazard_answers
from server.riders.hazards import appeals, kinds, reporting
from server.riders.hazards import views as hazard_views
from server.riders.points import reading
from server.riders.rewards import collecting, ending, holding, moving, offers, places, vouchers
from server.riders.statements import months
from server.riders.stations import faults, keepers, keeping, nearest
from server.riders.stations import views as station_views
from server.staff import queue
from server.volunteers.activities import activities
from server.volunteers.attendance import (
    attendance,
    codes,
    leading,
    letting_in,
    marking,
    owncodes,
    roster,
)
from server.volunteers.certificates import certificates
from server.volunteers.hours import confirming, disputes, histories, records, rosters
from server.volunteers.needs import answers, desk, needs, raising, views
from server.volunteers.signups import feeds, leads, minors, signups, waiting
from server.volunteers.stars import objections, publication, stars
from server.volunteers.teams import membership, requests
from server.volunteers.teams import views as team_views

Verb = Callable[..., Any]


class Step(NamedTuple):
    """One step: what does it, and how it is asked for at each door."""

    verbs: tuple[Verb, ...]
    chat: tuple[str, ...]
    elsewhere: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.verbs[0].__module__.rpartition('.')[2]}.{self.verbs[0].__name__}"


def step(verbs: Verb | tuple[Verb, ...], chat: str, *elsewhere: str) -> Step:
    return Step(verbs if isinstance(verbs, tuple) else (verbs,), tuple(chat.split()), elsewhere)


USERS = (
    step(activities.browse, "activities more browse browse_kind", "GET /activities"),
    step((activities.by_number, activities.by_id), "show", "GET /activities/<activity_id>"),
    step(signups.sign_up, "sign_up join", "PUT /shifts/<shift_id>/signup"),
    step(
        signups.cancel,
        "cancel leave choose_to_cancel leave_what",
        "DELETE /shifts/<shift_id>/signup",
    ),
    step(signups.mine, "mine", "GET /me/signups"),
    step(
        waiting.accept,
        "accept accept_number take agree agree_number",
        "POST /shifts/<shift_id>/signup/accept",
    ),
    step(
        waiting.decline,
        "decline decline_number pass_on refuse refuse_number",
        "POST /shifts/<shift_id>/signup/decline",
    ),
    step(attendance.now_open, "how_to_check_in", "GET /me/attendance/now"),
    step(attendance.check_in, "check_in_code check_in", "POST /attendance/check-in"),
    step(attendance.check_out, "leave_now check_out_code check_out", "POST /attendance/check-out"),
    step(owncodes.show, "show_own_code", "POST /me/code"),
    step((histories.mine, records.totals), "hours", "GET /me/records"),
    step(histories.versions, "hours record", "GET /me/records/<record_id>"),
    step(
        disputes.raise_dispute,
        "which_to_dispute dispute ask_words dispute_in_words",
        "POST /me/records/<record_id>/disputes",
    ),
    step(
        disputes.withdraw,
        "which_to_withdraw withdraw_dispute",
        "DELETE /me/records/<record_id>/disputes",
    ),
    step(certificates.issue, "certificate", "POST /certificates", "GET /me/certificates"),
    step(profile.rename, "call_me ask_name", "PATCH /me"),
    step(ages.declare, "tell_year ask_year", "PATCH /me"),
    step(stars.standing, "stars", "GET /me/stars"),
    step(stars.apply, "apply_for_star", "POST /stars"),
    step(
        (publication.shown, objections.object_to),
        "published_stars published_stars_in object_to_star object_to_star_because",
        "GET /stars/published",
        "POST /stars/<star_id>/objections",
    ),
    step(raising.ask, "need need_told", "POST /needs"),
    step(spoken.meant, "need_told need_where", "GET /areas"),
    step(views.mine, "my_needs", "GET /me/needs"),
    step(views.my_need, "my_need", "GET /me/needs/<need_id>"),
    step(answers.rate, "rate_need rate", "POST /me/needs/<need_id>/rating"),
    step(answers.withdraw, "withdraw_need", "POST /me/needs/<need_id>/withdrawal"),
    step(team_views.browse, "teams show_team browse_teams choose_team find_team", "GET /teams"),
    step(team_views.mine, "my_teams", "GET /me/teams"),
    step(membership.join, "join_team join_named_team", "PUT /teams/<team_id>/membership"),
    step(membership.leave, "leave_team leave_named_team", "DELETE /teams/<team_id>/membership"),
    step(feeds.offer, "offer_calendar", "POST /me/calendar"),
    step(feeds.end, "end_calendar", "DELETE /me/calendar"),
    step(guardian_codes.offer, "guardian_code", "POST /me/guardian-code"),
    step(minors.agree_by_code, "guardian_agree", "POST /guardianships"),
    step(guardians.given_by, "choose_guardianship", "GET /guardianships"),
    step(
        guardians.withdraw,
        "choose_guardianship withdraw",
        "DELETE /guardianships/<guardianship_id>",
    ),
    step(linking.offer, "offer_code move_code", "POST /me/link-code", "POST /me/move-code"),
    step(linking.redeem, "redeem_code move", "POST /me/link"),
    step((consents.of, profile.of), "privacy", "GET /me"),
    step((inbox.browse, inbox.one), "inbox message", "GET /inbox"),
    step(inbox.mark_read, "inbox", "POST /inbox/read"),
    step((registration.of, registration.find), "rider", "GET /me/rider"),
    step(
        registration.register,
        "rider rider_anew rider_sector rider_sector_said rider_area rider_where rider_platform"
        " rider_done rider_stop",
        "PUT /me/rider",
    ),
    step(registration.leave, "leave_rider", "DELETE /me/rider"),
    step(reading.balance, "points", "GET /points"),
    step((reading.entries, reading.why), "points_entries points_why", "GET /points/entries"),
    step(months.of, "points_statement points_month", "GET /points/statement"),
    step(offers.browse, "rewards", "GET /rewards"),
    step(places.having, "reward_number reward", "GET /rewards/<reward_id>/stations"),
    step(holding.hold, "reward_named redeem", "POST /rewards/<reward_id>/redemptions"),
    step(
        (vouchers.browse, vouchers.of),
        "vouchers voucher",
        "GET /me/redemptions",
        "GET /me/redemptions/<redemption_id>",
    ),
    step(
        ending.cancel,
        "ask_cancel_voucher cancel_voucher_number cancel_voucher voucher_cancelled",
        "DELETE /me/redemptions/<redemption_id>",
    ),
    step(
        moving.move,
        "ask_elsewhere ask_elsewhere_number voucher_elsewhere voucher_moved",
        "PUT /me/redemptions/<redemption_id>/station",
    ),
    step(coming.of, "reminders", "GET /me/reminders"),
    step(
        snoozing.snooze,
        "snooze snooze_minutes snooze_hours snooze_days snooze_half snooze_until_tomorrow",
        "POST /me/reminders/snooze",
    ),
    step(oftenness.choose, "remind_once remind_twice", "PATCH /me/reminders"),
    step(leads.choose, "lead_minutes lead_hours lead_days lead_half", "PATCH /me/reminders"),
    step(erasures.of, "privacy", "GET /me/privacy"),
    step(consents.grant, "privacy consent resume_notices", "PATCH /me"),
    step(consents.withdraw, "privacy consent stop_notices", "PATCH /me"),
    step((downloads.link, copies.make), "own_copy", "GET /me/export"),
    step(erasures.ask, "be_forgotten forget_me", "DELETE /me"),
    step(erasures.take_back, "stay", "DELETE /me/erasure"),
    step(
        nearest.find,
        "stations stations_of stations_with",
        "GET /stations",
    ),
    step(
        (station_views.by_id, station_views.by_number),
        "station station_number",
        "GET /stations/<station_id>",
    ),
    step(
        faults.report,
        "what_fault report_fault fault_of",
        "POST /stations/<station_id>/faults",
    ),
    # floating members
    step(party_waiting.of, "party_home", "GET /party/waiting"),
    step(own.show, "party_file", "GET /party/file"),
    step(own.move, "party_moved party_moved_said party_stop", "PUT /party/file"),
    step(own.confirm, "party_confirm", "PUT /party/file/confirmation"),
    step(own.agree, "party_agree party_confirm", "PUT /party/file/consent"),
    step(own.withdraw, "party_withdraw", "DELETE /party/file/consent"),
    step(own.contact, "party_contact", "GET /party/contact"),
    step(own.reads, "party_reads", "GET /party/reads"),
    step(
        reports.show, "party_report_begin party_report_this party_report_back", "GET /party/report"
    ),
    step(
        reports.draft,
        "party_report_answer party_report_keep party_report_back party_report_anew"
        " party_report_stop",
        "PUT /party/report",
    ),
    step(
        (reports.submit, reports.answer),
        "party_report_send party_report_reply",
        "POST /party/report/submit",
    ),
    step(answering.mine, "party_review", "GET /party/reviews"),
    step(
        answering.acknowledge,
        "party_review_fine party_review",
        "PUT /party/reviews/<quarter>/acknowledgement",
    ),
    step(
        answering.object_to,
        "party_review party_review_ask party_review_said party_review_stop",
        "PUT /party/reviews/<quarter>/objection",
    ),
    step(letters.mine, "party_letter_show", "GET /party/letters"),
    step(
        letters.one,
        "party_letter_show party_letter_record",
        "GET /party/letters/<year>/paper",
    ),
    step(
        letter_answers.answer,
        "party_letter_show party_letter_thank party_letter_speak party_letter_said"
        " party_letter_need party_letter_needed party_letter_stop",
        "PUT /party/letters/<year>/answer",
    ),
    step(member_needs.mine, "party_needs party_need", "GET /party/needs"),
    step(
        (reporting.report, reporting.send),
        "hazard hazard_said hazard_what hazard_where",
        "POST /reports",
    ),
    step(kinds.choices, "hazard_kinds hazard_kind", "GET /report-kinds"),
    step(hazard_views.mine, "my_hazards which_hazard", "GET /me/reports"),
    step(hazard_views.my_hazard, "my_hazard", "GET /me/reports/<report_id>"),
    step(
        hazard_answers.add,
        "add_to_hazard hazard_more",
        "POST /me/reports/<report_id>/words",
    ),
    step(hazard_answers.nudge, "nudge_hazard", "POST /me/reports/<report_id>/nudge"),
    step(appeals.appeal, "appeal_hazard object_to", "POST /me/reports/<report_id>/appeal"),
    step(hazard_answers.rate, "rate_hazard rate", "POST /me/reports/<report_id>/rating"),
    step(hazard_answers.reopen, "reopen_hazard", "POST /me/reports/<report_id>/reopening"),
    # keepers of stations
    step(keepers.kept_by, "why_close", "GET /me/stations"),
    step(keeping.close, "close close_this", "PUT /stations/<station_id>/closure"),
    step(keeping.open_up, "open_station open_this", "DELETE /stations/<station_id>/closure"),
    step(
        keeping.confirm,
        "confirm_station confirm_this",
        "POST /stations/<station_id>/confirmation",
    ),
    step(faults.waiting, "faults_waiting", "GET /stations/<station_id>/faults"),
    step(
        faults.settle,
        "fault_settled faults_waiting",
        "POST /station-faults/<fault_id>/settlement",
    ),
    step(
        collecting.collect,
        "hand_over_how hand_over",
        "POST /stations/<station_id>/collections",
    ),
    # leaders of activities and teams
    step((leading.own, leading.mine), "show_codes show_roster", "GET /me/led-shifts"),
    step(codes.show, "show_codes show_codes_of codes_of", "GET /shifts/<shift_id>/code"),
    step(roster.of, "show_roster show_roster_of roster_of", "GET /shifts/<shift_id>/roster"),
    step(
        (marking.mark, marking.mark_all),
        "came here all_came all_came_but all_of",
        "POST /shifts/<shift_id>/roster",
    ),
    step(letting_in.let_in, "here let_in", "POST /shifts/<shift_id>/people"),
    step(
        roster.recheck,
        "saw missed",
        "POST /shifts/<shift_id>/roster/<signup_id>/recheck",
    ),
    step(rosters.led_by, "hours_to_confirm", "GET /me/hours-to-confirm"),
    step(rosters.to_confirm, "confirm_roster roster", "GET /shifts/<shift_id>/hours"),
    step(
        confirming.confirm,
        "confirm_roster confirm_hours",
        "POST /shifts/<shift_id>/hours/confirmation",
    ),
    step(requests.asking, "who_asks", "GET /me/team-requests"),
    step(
        membership.decide,
        "allow_member decline_member",
        "POST /team-requests/<request_id>/allow",
        "POST /team-requests/<request_id>/decline",
    ),
    step(views.sent_to, "needs_sent", "GET /me/team-needs"),
    step(answers.accept, "accept_need", "POST /needs/<need_id>/accept"),
    step(answers.turn_back, "turn_back_need", "POST /needs/<need_id>/turn-back"),
)

STAFF = (
    step(queue.tasks, "duties which_duty", "server.console.start"),
    step(desk.show, "duty", "server.console.needs"),
    step(needs.verify, "verify_need", "server.console.need_steps"),
    step(needs.reject, "reject_need", "server.console.need_steps"),
    step(needs.dispatch, "dispatch_need", "server.console.need_steps"),
    step(needs.finish, "finish_need", "server.console.need_steps"),
    step(
        contacts.log,
        "party_log party_log_line party_log_line_in_vain party_touch",
        "server.console.party_steps",
    ),
    step(
        proxies.submit,
        "party_told_named party_told_begin party_told_answer party_told_keep party_told_before"
        " party_told_send party_told_stop",
        "server.console.party_reports",
    ),
    step(proxies.answer, "party_told_named party_told_reply", "server.console.party_reports"),
)
"""What staff do on the road: in chat, and by the same verb in a module of the console."""

IN_CHAT_ALONE = {
    "help more_help thanks rider_menu phone_how": "talk: a mini-program shows what there is",
    "need_field need_what need_area need_when need_when_said need_who need_send": (
        "questions of the chat: the mini-program has a form"
    ),
    "hazard_leave": "gives up what a chat began; the mini-program sends a form whole",
    "need_leave need_drop need_for_me stay_after_all": "leaves a question of the chat unanswered",
    "need_for_other": "staff write a need down for a resident: their other door is the console",
    "unlink": "tells whom to see: only staff take accounts apart, having looked at who it is",
    "console_sign_in console_how console_end console_refuse": "lets staff into the console",
    "party_due party_told_due": (
        "whom a contact is still to call or to hear; the console lists them among all members"
    ),
    "not_here": "words of works that are not there in either",
}
IN_REST_ALONE = {
    "POST /login": "chat knows who writes",
    "DELETE /session": "chat knows who writes",
    "POST /me/phone": "WeChat's button for it is in mini-programs alone",
    "GET /subscriptions/ask": "WeChat's question for it is in mini-programs alone",
    "GET /me/employment": "staff bind their account in mini-programs alone",
    "PUT /me/employment": "staff bind their account in mini-programs alone",
    "POST /subscriptions": "WeChat's question for it is in mini-programs alone",
    "POST /photos": "in chat a photo is a message, and begins a report by itself",
    "GET /photos/<photo_id>": "in chat one is told where a photo did not arrive",
    "GET /photos/<photo_id>/image": "in chat one's photo stands where one sent it",
    "GET /me/attendance": "when one came and left; in chat 时长 tells what was made of it",
}
