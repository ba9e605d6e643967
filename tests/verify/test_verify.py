"""Anyone may verify a certificate, and learns nothing else."""

import pytest

from config.issuer import Issuer
from server.people.models import Channel
from server.volunteers.certificates import certificates, papers, verification
from server.volunteers.models import Certificate, ServiceRecord
from tests.knobs import make_settings
from tests.server.volunteers.served import a_record, a_volunteer


@pytest.fixture
def issued(runtime):
    """A certificate of two hours, and the record that it counts."""
    now = runtime.now()
    with runtime.db.transaction() as session:
        person = a_volunteer(session, runtime.vault, now, "示例·李明")
        record = a_record(session, person, now, 125)
        issued = certificates.issue(
            session,
            person,
            now,
            channel=Channel.CHAT,
            issuer=Issuer(name="示例区社会工作部"),
            vault=runtime.vault,
        )
        return issued, record


def test_a_certificate_is_verified_however_its_number_is_typed(client, issued) -> None:
    number = issued[0].number
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in number)

    for typed in (
        number,
        number.lower(),
        papers.spaced(number),
        f" {number[:8]} {number[8:]}",
        wide,
    ):
        answer = client.get(f"/verify/{typed}")
        page = answer.get_data(as_text=True)

        assert answer.status_code == 200
        assert "证明有效" in page
        assert "2小时（1次）" in page
        assert "2026年3月9日" in page


def test_nothing_personal_but_a_masked_name_is_shown(client, issued, runtime) -> None:
    page = client.get(f"/verify/{issued[0].number}").get_data(as_text=True)
    with runtime.db.reading() as session:
        row = session.get_one(Certificate, issued[0].id)
        paper = papers.opened(row.number, row.snapshot, runtime.vault)

    assert "示***明" in page
    assert paper.name not in page
    assert paper.volunteer_no not in page
    assert paper.lines[0].title not in page
    assert papers.short(paper.hash()) in page


def test_a_corrected_certificate_says_so(client, issued, runtime) -> None:
    with runtime.db.transaction() as session:
        session.get_one(ServiceRecord, issued[1]).version += 1
        certificates.supersede(session, issued[1], runtime.now())

    page = client.get(f"/verify/{issued[0].number}").get_data(as_text=True)

    assert "证明已失效" in page
    assert "证明有效" not in page


@pytest.mark.parametrize("typed", ["NF2026AAAAAAAAAA", "x", "%00", "<script>", "9" * 300, "证明"])
def test_an_unknown_number_gets_a_page_of_the_same_shape(client, issued, typed) -> None:
    known = client.get(f"/verify/{issued[0].number}").get_data(as_text=True)

    answer = client.get(f"/verify/{typed}")
    page = answer.get_data(as_text=True)

    assert answer.status_code == 404
    assert "没有这份证明" in page
    assert page.count("<dt>") == known.count("<dt>")
    assert "<script" not in page


def test_the_work_for_an_unknown_number_is_the_same(client, issued, runtime, monkeypatch) -> None:
    seen: list[str] = []
    opens = type(runtime.vault).open
    monkeypatch.setattr(
        type(runtime.vault), "open", lambda *given: seen.append(given[2]) or opens(*given)
    )

    client.get(f"/verify/{issued[0].number}")
    known = len(seen)
    client.get("/verify/NF2026AAAAAAAAAA")

    assert (known, len(seen)) == (1, 2)


def test_the_form_leads_to_the_number(client) -> None:
    answer = client.get("/verify/", query_string={"no": " nf2026-7kq4m "})

    assert client.get("/verify/").status_code == 200
    assert answer.headers["Location"] == "/verify/NF20267KQ4M"


def test_the_pages_run_no_script_and_are_not_kept(client, issued) -> None:
    answer = client.get(f"/verify/{issued[0].number}")

    assert "script" not in answer.headers["Content-Security-Policy"].replace("default-src", "")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "style=" not in answer.get_data(as_text=True)


def test_the_link_opens_the_paper_in_the_browser(client, issued, runtime, clock) -> None:
    link = verification.link(issued[0].number, runtime.now(), runtime.vault)

    answer = client.get(link)

    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"].startswith("inline; filename=NF2026")
    assert "filename*=UTF-8''%E5%BF%97" in answer.headers["Content-Disposition"]
    clock.advance(days=7)
    assert client.get(link).status_code == 404


@pytest.mark.parametrize("part", [-1, -2, -3])
def test_a_link_that_was_changed_opens_nothing(client, issued, runtime, part) -> None:
    parts = verification.link(issued[0].number, runtime.now(), runtime.vault).split("/")
    parts[part] = parts[part][:-1] + ("2" if parts[part][-1] != "2" else "3")

    answer = client.get("/".join(parts))

    assert answer.status_code == 404
    assert "证书" in answer.get_data(as_text=True)


def test_who_was_forgotten_is_no_longer_named(client, issued, runtime) -> None:
    link = verification.link(issued[0].number, runtime.now(), runtime.vault)
    with runtime.db.transaction() as session:
        session.get_one(Certificate, issued[0].id).snapshot = b""

    page = client.get(f"/verify/{issued[0].number}").get_data(as_text=True)

    assert "证明有效" in page
    assert "示***明" not in page
    assert client.get(link).status_code == 404


class TestLimited:
    @pytest.fixture
    def settings(self, database_url, redis_url):
        return make_settings(database_url, redis_url, limit_verify="3/minute")

    def test_whoever_tries_many_numbers_is_slowed_down(self, client) -> None:
        answers = [client.get(f"/verify/NF2026{n:010}").status_code for n in range(5)]

        assert answers == [404, 404, 404, 429, 429]


def test_the_bare_address_shows_the_ways_in(client) -> None:
    answer = client.get("/")
    page = answer.get_data(as_text=True)

    assert answer.status_code == 200
    for way in ('href="/console/"', 'href="/verify/"', 'href="/api/v1/docs"'):
        assert way in page
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/nothing", "/console/nothing", "/verify/a/b", "/a\u0000b"])
def test_who_mistyped_an_address_is_told_where_to_go(client, path) -> None:
    answer = client.get(path)

    assert answer.status_code == 404
    assert "没有这个页面" in answer.get_data(as_text=True)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_each_face_says_in_its_own_way_what_leads_nowhere(client) -> None:
    assert client.get("/api/v1/nothing").get_json()["code"] == "request.nothing_here"
    assert client.delete("/api/v1/activities").status_code == 405
    assert client.get("/api/v12").mimetype == "text/html"
    wrong = client.post("/healthz")
    assert wrong.status_code == 405
    assert "GET" in wrong.headers["Allow"]
