"""A certificate as an answer over HTTP."""

from urllib.parse import quote

from flask import Response

from server.volunteers.certificates import printing
from server.volunteers.certificates.papers import Paper


def pdf(paper: Paper, here: str) -> Response:
    """Return a certificate as a file that a browser shows, named in Chinese."""
    file = printing.draw(paper, f"{here}/verify/{paper.number}")
    answer = Response(file, mimetype="application/pdf")
    named = quote(f"志愿服务记录证明{paper.number}.pdf")
    answer.headers["Content-Disposition"] = (
        f"inline; filename={paper.number}.pdf; filename*=UTF-8''{named}"
    )
    return answer
