"""What was shown of members at the console, page by page, to hold the log of reads against."""

import re
from collections import Counter
from dataclasses import dataclass, field

from flask import Response, request

from server.party.models import Look

Sight = tuple[str, int, Look]
"""Who has looked, at which file, at which part of it."""
ADDRESS = re.compile(r"/console/party/files/([0-9]+)(?:/([a-z]+))?")
LINK = re.compile(r"<th[^>]*>\s*(?:<[^>]*>)*?<a href=\"/console/party/files/([0-9]+)")
PAGES = {
    None: Look.FILE,
    "report": Look.REPORT,
    "review": Look.REVIEW,
    "letters": Look.LETTER,
    "needs": Look.NEED,
    "reads": Look.READS,
}
LISTS = {
    "/console/party": Look.LIST,
    "/console/party/reviews": Look.REVIEW,
    "/console/party/letters": Look.LIST,
    "/console/party/needs": Look.NEED,
}


@dataclass
class Looks:
    """Every look through a window, as it was answered; `tokens` say who sits there."""

    tokens: dict[str, str] = field(default_factory=dict)
    seen: Counter[Sight] = field(default_factory=Counter)

    def note(self, _app: object, response: Response) -> None:
        """Count a page that was answered."""
        name = self.tokens.get(request.cookies.get("console", ""))
        if name is None or request.method != "GET" or response.status_code != 200:
            return
        found = ADDRESS.match(request.path)
        if found:
            self.seen[name, int(found[1]), PAGES[found[2]]] += 1
        elif request.path in LISTS:
            for file_id in LINK.findall(response.get_data(as_text=True)):
                self.seen[name, int(file_id), LISTS[request.path]] += 1
