from tests.bot.driver import Line, Phone


def test_guesses_of_a_stranger_are_counted_though_nothing_else_of_theirs_is_kept(
    line: Line,
) -> None:
    stranger = Phone(line)

    said = [stranger.says(f"绑定 00000{number}") for number in range(6)]

    assert all("绑定码不对" in words for words in said[:5])
    assert "次数太多" in said[5]


def test_one_who_guesses_does_not_keep_others_out(line: Line) -> None:
    guesser, other = Phone(line), Phone(line)
    for number in range(6):
        guesser.says(f"绑定 00000{number}")

    assert "绑定码不对" in other.says("绑定 000000")
