from datetime import UTC, datetime
from typing import Any

import pytest
from wechatpy import events as wechat_events
from wechatpy import messages as wechat_messages
from wechatpy.messages import UnknownMessage

from server.wechat import events, strict_json, xml
from server.wechat.messages import Incoming, Unclear, incoming
from tests.server.wechat.letters import OPENID, SENT_AT, a_text, an_event, xml_of


def read(message: str, app: str = "official") -> Incoming:
    return incoming(app, xml.parse(message.encode()), encrypted=True)


def read_json(message: str) -> Incoming:
    return incoming("miniprogram", strict_json.parse(message.encode()), encrypted=True)


def test_a_text_message_is_read_whole() -> None:
    found = read(a_text("我要报名", bizmsgmenuid="101"))

    assert found.kind == "text"
    assert (found.event, found.event_key) == ("", "")
    assert found.created_at == datetime.fromtimestamp(SENT_AT, UTC)
    assert found.msg_id == "24012345678901234"
    assert found.text == "我要报名"
    assert found.fields["bizmsgmenuid"] == "101"
    assert found.key == f"official:{OPENID}:24012345678901234"
    assert isinstance(found.message, wechat_messages.TextMessage)
    assert (found.message.content, found.message.id) == ("我要报名", 24012345678901234)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("image", {"PicUrl": "http://x/1", "MediaId": "m"}),
        ("voice", {"MediaId": "m", "Format": "amr", "MediaId16K": "n", "Recognition": "活动"}),
        ("video", {"MediaId": "m", "ThumbMediaId": "t"}),
        ("shortvideo", {"MediaId": "m", "ThumbMediaId": "t"}),
        (
            "location",
            {"Location_X": "37.86", "Location_Y": "112.57", "Scale": "15", "Label": "迎泽"},
        ),
        ("link", {"Title": "t", "Description": "d", "Url": "http://x"}),
        ("miniprogrampage", {"Title": "t", "AppId": "wx1", "PagePath": "p", "ThumbUrl": "u"}),
    ],
)
def test_every_kind_of_message_is_known(kind: str, fields: dict[str, str]) -> None:
    found = read(xml_of(MsgType=kind, MsgId="7", **fields))

    assert (found.kind, found.msg_id) == (kind, "7")
    assert fields.items() <= found.fields.items()
    assert found.text == fields.get("Recognition", "")
    assert found.message.type == kind
    assert type(found.message) is not UnknownMessage


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("subscribe", {"EventKey": ""}),
        ("subscribe", {"EventKey": "qrscene_station:152", "Ticket": "t"}),
        ("unsubscribe", {}),
        ("SCAN", {"EventKey": "station:152", "Ticket": "t"}),
        ("LOCATION", {"Latitude": "37.86", "Longitude": "112.57", "Precision": "30"}),
        ("CLICK", {"EventKey": "activities"}),
        ("VIEW", {"EventKey": "http://x", "MenuId": "1"}),
        ("view_miniprogram", {"EventKey": "pages/index", "MenuId": "1"}),
        ("scancode_push", {"EventKey": "k", "ScanCodeInfo": "<ScanType>qrcode</ScanType>"}),
        ("scancode_waitmsg", {"EventKey": "k", "ScanCodeInfo": "<ScanResult>1</ScanResult>"}),
        ("pic_sysphoto", {"EventKey": "k", "SendPicsInfo": "<Count>0</Count>"}),
        ("pic_photo_or_album", {"EventKey": "k", "SendPicsInfo": "<Count>0</Count>"}),
        ("pic_weixin", {"EventKey": "k", "SendPicsInfo": "<Count>0</Count>"}),
        ("location_select", {"EventKey": "k", "SendLocationInfo": "<Label>l</Label>"}),
        ("TEMPLATESENDJOBFINISH", {"MsgID": "200163836", "Status": "success"}),
        ("subscribe_msg_popup_event", {}),
        ("subscribe_msg_change_event", {}),
        ("subscribe_msg_sent_event", {}),
        ("user_enter_tempsession", {"SessionFrom": "activity"}),
        ("wxa_media_check", {"trace_id": "t-1", "errcode": "0"}),
    ],
)
def test_every_event_is_known(name: str, fields: dict[str, str]) -> None:
    found = read(an_event(name, **fields))

    assert (found.kind, found.event) == ("event", name.lower())
    assert found.event_key == fields.get("EventKey", "")
    assert (found.msg_id, found.text) == ("", "")
    assert type(found.message) is not UnknownMessage
    assert len(found.key) <= 128


def test_a_kind_that_nobody_knows_comes_as_it_was_sent() -> None:
    strange = read(xml_of(MsgType="Hologram", MsgId="9"))
    event = read(an_event("weapp_audit_success", Reason="r"))

    assert (strange.kind, strange.fields["MsgId"]) == ("Hologram", "9")
    assert (event.kind, event.event) == ("event", "weapp_audit_success")
    assert type(strange.message) is UnknownMessage
    assert type(event.message) is UnknownMessage


def test_what_wechatpy_lacks_stands_in_its_own_table() -> None:
    for own in events.OWN_EVENTS:
        assert wechat_events.EVENT_TYPES[own.event] is own
    assert wechat_events.EVENT_TYPES["click"] is wechat_events.ClickEvent


def test_a_follow_through_a_scene_code_is_a_scene_for_wechatpy() -> None:
    found = read(an_event("subscribe", EventKey="qrscene_station:152", Ticket="t"))

    assert found.event_key == "qrscene_station:152"
    assert found.message.event == "subscribe_scan"
    assert found.message.scene_id == "station:152"
    assert found.event == "subscribe"


def test_the_verdict_on_a_picture_is_read_as_it_comes_today() -> None:
    found = read_json(
        JSON_HEAD.replace("subscribe_msg_popup_event", "wxa_media_check")
        + ',"trace_id":"t-1","errcode":-1008,"result":{"suggest":"risky","label":20002},'
        '"detail":[{"strategy":"content_model","prob":90}]}'
    )

    assert (found.message.trace_id, found.message.errcode) == ("t-1", -1008)
    assert found.message.result == {"suggest": "risky", "label": "20002"}
    assert found.message.detail == [{"strategy": "content_model", "prob": "90"}]


def test_the_result_of_a_template_message_bears_its_id() -> None:
    found = read(an_event("TEMPLATESENDJOBFINISH", MsgID="200163836", Status="failed:user block"))

    assert (found.message.id, found.message.status) == (200163836, "failed:user block")


ROW = (
    "<List><TemplateId>t1</TemplateId><SubscribeStatusString>accept</SubscribeStatusString></List>"
)
JSON_HEAD = (
    f'{{"ToUserName":"gh_0a1b2c3d4e5f","FromUserName":"{OPENID}","CreateTime":"1767225600",'
    '"MsgType":"event","Event":"subscribe_msg_popup_event"'
)
JSON_ROW = '{"TemplateId":"t1","SubscribeStatusString":"accept"}'
ROWS = [{"TemplateId": "t1", "SubscribeStatusString": "accept"}]


@pytest.mark.parametrize(
    ("message", "rows"),
    [
        (an_event("subscribe_msg_popup_event", SubscribeMsgPopupEvent=ROW), ROWS),
        (an_event("subscribe_msg_popup_event", SubscribeMsgPopupEvent=ROW * 3), ROWS * 3),
        (an_event("subscribe_msg_change_event", SubscribeMsgPopupEvent=ROW), ROWS),
        (an_event("subscribe_msg_sent_event", SubscribeMsgSentEvent=ROW), ROWS),
        (an_event("subscribe_msg_popup_event").replace("</xml>", ROW * 2 + "</xml>"), ROWS * 2),
        (an_event("subscribe_msg_popup_event", List="nonsense"), []),
        (f'{JSON_HEAD},"List":{JSON_ROW}}}', ROWS),
        (f'{JSON_HEAD},"List":[{JSON_ROW},{JSON_ROW}]}}', ROWS * 2),
        (f'{JSON_HEAD},"SubscribeMsgPopupEvent":{{"List":[{JSON_ROW}]}}}}', ROWS),
        (f'{JSON_HEAD},"List":[]}}', []),
        (f"{JSON_HEAD}}}", []),
    ],
)
def test_rows_of_subscription_events_are_one_list(message: str, rows: list[Any]) -> None:
    found = read_json(message) if message.startswith("{") else read(message)

    assert found.rows == rows
    assert found.fields["List"] == rows
    assert found.message.rows == rows


def test_numbers_of_json_may_be_texts() -> None:
    number = JSON_HEAD.replace('"1767225600"', "1767225600")

    assert read_json(f"{JSON_HEAD}}}") == read_json(f"{number}}}")


def test_the_key_tells_events_of_one_second_apart() -> None:
    rows = [ROW, ROW * 2, ROW.replace("accept", "reject")]
    found = [
        read(an_event("subscribe")),
        read(an_event("unsubscribe")),
        read(an_event("SCAN", EventKey="1")),
        read(an_event("SCAN", EventKey="2")),
        *[read(an_event("subscribe_msg_popup_event", SubscribeMsgPopupEvent=row)) for row in rows],
        read(an_event("TEMPLATESENDJOBFINISH", MsgID="1", Status="success")),
        read(an_event("TEMPLATESENDJOBFINISH", MsgID="2", Status="success")),
        read(an_event("wxa_media_check", trace_id="1")),
        read(an_event("wxa_media_check", trace_id="2")),
        read(an_event("subscribe", CreateTime="1767225601")),
        read(an_event("subscribe", FromUserName="oSomebodyElse")),
        read(an_event("subscribe"), app="miniprogram"),
    ]

    assert len({message.key for message in found}) == len(found)


def test_the_key_is_the_same_for_every_repetition() -> None:
    for message in (
        a_text(),
        an_event("SCAN", EventKey="1"),
        an_event("subscribe_msg_popup_event", SubscribeMsgPopupEvent=ROW),
    ):
        assert read(message).key == read(message).key


def test_messages_without_an_id_are_told_apart_by_what_they_say() -> None:
    one, two = read(a_text("1", MsgId="")), read(a_text("2", MsgId=""))

    assert one.key != two.key
    assert read(a_text("1", MsgId="")).key == one.key


@pytest.mark.parametrize("event_key", ["x" * 1024, "活动", "a\nb"])
def test_a_long_or_odd_key_is_kept_short_and_plain(event_key: str) -> None:
    found = read(an_event("VIEW", EventKey=f"<![CDATA[{event_key}]]>"))

    assert len(found.key) <= 128
    assert found.key.isascii()
    assert found.key.isprintable()


def test_what_nobody_can_read_is_left_out_of_the_text() -> None:
    assert read(a_text("报\x00名\x07 1\x7f\u0085")).text == "报名 1"


def test_what_is_personal_stays_out_of_the_repr() -> None:
    shown = repr(read(a_text("a secret wish")))

    assert OPENID not in shown
    assert "wish" not in shown


@pytest.mark.parametrize("flaw", [{"MsgType": ""}, {"FromUserName": "a b"}, {"CreateTime": "-1"}])
def test_a_message_without_its_essentials_is_unclear(flaw: dict[str, str]) -> None:
    with pytest.raises(Unclear):
        read(a_text(**flaw))
