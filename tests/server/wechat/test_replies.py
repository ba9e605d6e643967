import pytest
import xmltodict

from server.wechat import replies, xml
from server.wechat.messages import Incoming, incoming
from server.wechat.replies import Article
from tests.server.wechat.letters import NOW, OPENID, OUR_NAME, a_text, an_event


def asked(message: str | None = None) -> Incoming:
    return incoming("official", xml.parse((message or a_text()).encode()), encrypted=True)


def read(reply: str) -> dict[str, object]:
    """Read a reply as another program would."""
    return dict(xmltodict.parse(reply)["xml"])


def test_a_text_goes_back_to_whom_it_came_from() -> None:
    assert read(replies.text(asked(), "好", NOW)) == {
        "ToUserName": OPENID,
        "FromUserName": OUR_NAME,
        "CreateTime": str(int(NOW.timestamp())),
        "MsgType": "text",
        "Content": "好",
    }


@pytest.mark.parametrize(
    "hostile", ["]]>", "]]]]>>", "]]><FromUserName>x</FromUserName>", "<&>\"'"]
)
def test_no_word_can_leave_its_element(hostile: str) -> None:
    found = read(replies.text(asked(), hostile, NOW))

    assert found["Content"] == hostile
    assert found["FromUserName"] == OUR_NAME


def test_unescaped_the_same_word_would_leave_its_element(monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = "]]></Content><Event>x</Event><Content><![CDATA["
    monkeypatch.setattr(
        replies, "_cdata", lambda name, words: f"<{name}><![CDATA[{words}]]></{name}>"
    )

    assert "Event" in read(replies.text(asked(), hostile, NOW))


def test_what_xml_does_not_know_is_left_out() -> None:
    assert read(replies.text(asked(), "a\x00b\ud800c\ufffed\x1fe😀", NOW))["Content"] == "abcde😀"


@pytest.mark.parametrize("nothing", ["", " \n", "\x00"])
def test_nothing_to_say_is_no_reply(nothing: str) -> None:
    assert replies.text(asked(), nothing, NOW) == ""


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("x" * 2048, "x" * 2048),
        ("x" * 2049, "x" * 2045 + "…"),
        ("活" * 683, "活" * 681 + "…"),
        ("x" + "😀" * 512, "x" + "😀" * 511 + "…"),
    ],
)
def test_a_long_text_is_cut_between_characters(words: str, kept: str) -> None:
    content = str(read(replies.text(asked(), words, NOW))["Content"])

    assert content == kept
    assert len(content.encode()) <= 2048


def test_pictures_recordings_and_films_go_by_their_media_id() -> None:
    image = read(replies.image(asked(), "m1", NOW))
    voice = read(replies.voice(asked(), "m2", NOW))
    video = read(replies.video(asked(), "m3", NOW, title="t", about="d"))
    music = read(replies.music(asked(), "http://x", NOW, title="t", thumb="m4"))

    assert (image["MsgType"], image["Image"]) == ("image", {"MediaId": "m1"})
    assert (voice["MsgType"], voice["Voice"]) == ("voice", {"MediaId": "m2"})
    assert video["Video"] == {"MediaId": "m3", "Title": "t", "Description": "d"}
    assert music["Music"] == {"Title": "t", "MusicUrl": "http://x", "ThumbMediaId": "m4"}


def test_a_message_is_answered_with_one_article_and_an_event_with_eight() -> None:
    articles = [Article(f"t{number}", url="http://x/]]>") for number in range(9)]

    one = read(replies.news(asked(), articles, NOW))
    eight = read(replies.news(asked(an_event("CLICK", EventKey="k")), articles, NOW))

    assert (one["ArticleCount"], eight["ArticleCount"]) == ("1", "8")
    assert len(eight["Articles"]["item"]) == 8  # type: ignore[index]
    assert one["Articles"]["item"]["Url"] == "http://x/]]>"  # type: ignore[index]
    assert replies.news(asked(), [], NOW) == ""


def test_a_conversation_can_be_handed_over() -> None:
    assert read(replies.transfer(asked(), NOW))["MsgType"] == "transfer_customer_service"
