"""Tables as staff bring them to the console, and how they are sent."""

from typing import Any

from sqlalchemy import func, select
from werkzeug.test import TestResponse

from server.people.models import Person
from server.runtime import Runtime
from tests.console.conftest import TOKEN, Clerk

HEADERS = ["姓名", "手机号", "出生年份", "所属区域"]


def row(number: int, area: str = "A1") -> list[str]:
    """Return a row of a list of people."""
    return [f"示例·甲{number}", f"1380000{number:04}", "1956/3/9", area]


def csv_of(*rows: list[str]) -> bytes:
    """Return a list of people as a CSV file."""
    return "\n".join(",".join(cells) for cells in (HEADERS, *rows)).encode()


def send_bytes(clerk: Clerk, kind: str, content: bytes, name: str = "名单.xlsx") -> TestResponse:
    """Send a file as a browser does; the test client would leave a large one open."""
    token = TOKEN.search(clerk.client.get("/console/imports").get_data(as_text=True))[1]
    part = '--x\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n'
    body = part.format("csrf_token", "") + token + "\r\n"
    body += part.format("table", f'; filename="{name}"')
    return clerk.client.post(
        f"/console/imports/{kind}",
        data=body.encode() + content + b"\r\n--x--\r\n",
        content_type="multipart/form-data; boundary=x",
    )


def batch_of(answer: TestResponse) -> str:
    """Return the page of the table that was sent."""
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.headers["Location"].removeprefix("/console")


def count(runtime: Runtime, table: Any = Person) -> int:
    """Return how many rows a table of the database has."""
    with runtime.db.reading() as session:
        return session.scalar(select(func.count()).select_from(table))
