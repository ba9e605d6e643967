"""What people live through, over the real protocol, from both ends."""


def test_the_last_place_passes_from_one_volunteer_to_the_next(district, one_place, pass_by):
    first, second = district.follower("林小满"), district.follower("周建国")

    assert "1. 上门读报 余1位" in first.say("活动")
    assert first.say("报名 1").startswith("报名成功")
    assert "候补第1位" in second.say("报名 1")
    assert first.say("取消 1").startswith("已取消")
    pass_by("deliver-notices")
    [offer] = second.pushed()
    assert "有名额了：上门读报" in offer
    assert "接受" in offer
    assert second.say("接受").startswith("报名成功")
    assert "已报名" in second.say("我的")
    assert "没有报名" in first.say("我的")


def test_the_mini_program_shows_what_was_done_in_chat(district, one_place, pass_by):
    phone = district.follower("何秀英")
    phone.say("报名 1")

    pass_by("meet-followers")
    mine = phone.call("GET", "/api/v1/me/signups")["body"]["items"]

    assert [(entry["title"], entry["state"]) for entry in mine] == [("上门读报", "confirmed")]
    [activity] = phone.call("GET", "/api/v1/activities")["body"]["items"]
    assert activity["shifts"][0]["my_state"] == "confirmed"


def test_the_chat_shows_what_was_done_in_the_mini_program(district, one_place, pass_by):
    phone = district.person("高明")
    taken = phone.call("PUT", f"/api/v1/shifts/{one_place}/signup")
    assert (taken["status"], taken["body"]["state"]) == (200, "confirmed")

    phone.follow()
    pass_by("meet-followers")

    assert "上门读报 已报名" in phone.say("我的")


def test_without_a_common_id_a_code_joins_the_two(district, one_place, pass_by):
    phone = district.follower("赵平", unionid=False)
    phone.say("报名 1")
    pass_by("meet-followers")
    assert phone.call("GET", "/api/v1/me/signups")["body"]["items"] == []

    code = "".join(sign for sign in phone.say("绑定").partition("\n")[0] if sign.isdigit())
    joined = phone.call("POST", "/api/v1/me/link", {"code": code})

    assert joined["status"] == 200
    assert len(phone.call("GET", "/api/v1/me/signups")["body"]["items"]) == 1


def test_the_same_message_three_times_at_once_has_one_effect(district, one_place, db):
    phone = district.follower("林小满")

    step = phone.do("text", copies=3, content="报名 1")

    assert step["outcome"] == "reply"
    replies = [item for item in phone.chat() if item["side"] == "account"]
    assert len({item["text"] for item in replies[1:]}) == 1
    [mine] = [line for line in phone.say("我的").splitlines() if line.startswith("1.")]
    assert mine == "1. 上门读报 已报名"


def test_a_message_is_answered_while_wechats_api_is_away(district, one_place, pass_by):
    phone = district.follower("林小满")
    fault = {"path": "/cgi-bin/user/info", "kind": "status", "value": 502, "times": 9}
    district.ask("POST", "/_/faults", fault)

    assert pass_by("meet-followers") == 0
    assert phone.say("报名 1").startswith("报名成功")


def test_who_was_not_asked_about_is_asked_again_later(district, one_place, pass_by, clock):
    phone = district.follower("林小满")
    fault = {"path": "/cgi-bin/user/info", "kind": "errcode", "value": -1, "times": 1}
    district.ask("POST", "/_/faults", fault)
    assert pass_by("meet-followers") == 0
    assert pass_by("meet-followers") == 0

    clock.advance(minutes=11)

    assert pass_by("meet-followers") == 1
    phone.say("报名 1")
    assert len(phone.call("GET", "/api/v1/me/signups")["body"]["items"]) == 1


def test_a_reminder_comes_the_day_before(district, one_place, pass_by, clock):
    phone = district.follower("林小满")
    phone.say("报名 1")

    clock.advance(hours=24, minutes=5)
    pass_by("queue-reminders")
    pass_by("deliver-notices")

    [reminder] = phone.pushed()
    assert "上门读报" in reminder
    assert "搬书注意腰部" in reminder


def test_calling_off_is_told_to_everybody(district, one_place, pass_by, app):
    holder, waiter = district.follower("林小满"), district.follower("周建国")
    for phone in (holder, waiter):
        phone.say("报名 1")

    told = app.test_cli_runner().invoke(args=["activities", "cancel", "1"])
    pass_by("deliver-notices")

    assert '"told": 2' in told.output
    assert all("上门读报" in phone.pushed()[0] for phone in (holder, waiter))
