"""News of hazard reports for whoever sent them in; the receipt is said at once, not pushed."""

from collections.abc import Mapping
from datetime import timedelta

from server.notices.kinds.facts import Fact, bears
from server.notices.kinds.kind import Kind, Opens, Promise

_REPORT = {"number": Fact("随手拍编号", 12), "title": Fact("隐患", "井盖（柳巷口）")}
_THANKS = Fact("致谢", "谢谢您，+1分。")
_NOTE = Fact("说明", "井盖已换好")


def _kind(step: str, facts: Mapping[str, Fact]) -> Kind:
    return Kind(
        name=f"hazards.{step}",
        wording=f"notices.hazard_{step}",
        title=f"notices.title_hazard_{step}",
        template="progress",
        fields={
            "thing1": "title" if "title" in facts else "notices.thing_hazard",
            "phrase2": f"notices.phrase_hazard_{step}",
            "time3": "at",
            "thing4": f"notices.hint_hazard_{step}",
        },
        facts=facts,
        opens=Opens(),
        promise=Promise.AT_LEAST_ONCE,
        reason="what became of a report is why people report; the same news twice costs a glance",
        life=timedelta(days=7),
    )


HAZARDS = (
    _kind("fixed", bears("at", **_REPORT, note=_NOTE, thanks=_THANKS)),
    _kind("rejected", bears("at", "reason", **_REPORT)),
    _kind("merged", bears("at", **_REPORT)),
    _kind("asked", bears("at", **_REPORT, note=Fact("问题", "在路的哪一边？"))),
    _kind("progress", bears("at", **_REPORT, note=_NOTE)),
    _kind("extended", bears("at", "reason", "until", **_REPORT)),
    _kind("rewarded", bears("at", **_REPORT, thanks=_THANKS)),
    _kind("appeal_granted", bears("at", "reason", **_REPORT)),
    _kind("appeal_upheld", bears("at", "reason", **_REPORT)),
    _kind("routed_out", bears("at")),
)
