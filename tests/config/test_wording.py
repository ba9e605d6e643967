import string
from datetime import UTC, date, datetime

from config.wording import say, sentences, spell


def test_moments_are_told_in_local_time():
    assert spell(datetime(2026, 3, 9, 16, 5, tzinfo=UTC)) == "3月10日（周二）00:05"
    assert spell(date(2026, 3, 9)) == "3月9日"
    assert spell(3) == "3"


def test_a_sentence_takes_its_facts():
    told = say("volunteers.closed", title="护学岗")

    assert told.startswith("“护学岗”报名已截止")


def test_every_sentence_can_be_filled():
    for key, sentence in sentences().items():
        names = {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
        filled = sentence.format(**dict.fromkeys(names, "甲"))
        assert "{" not in filled, key
        assert filled.strip() == filled.rstrip("\n").strip(), key
