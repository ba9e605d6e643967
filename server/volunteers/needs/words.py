"""What a need seems to be about, read from the words of whoever asks.

The title that lists show is made of these fixed words alone, never of what somebody wrote: what
they wrote is sealed.
"""

from enum import StrEnum

from config.wording import say
from server.volunteers.models import Field

LONGEST_TITLE = 80


class Tick(StrEnum):
    """What one may tick instead of telling of illness or disability; it tells nothing else."""

    LIFTING = "需要搬抬"
    COMPANY = "需要陪同"
    VISIT = "需要上门"
    ERRANDS = "需要代买代送"
    CLEANING = "需要打扫"
    REPAIRS = "需要维修"
    READING = "需要代读代写"
    TELEPHONE = "需要教用手机"
    MINDING = "需要照看"
    HAIRCUT = "需要理发"


_TICKED_BY = {
    Tick.LIFTING: "搬 抬 扛",
    Tick.COMPANY: "陪",
    Tick.VISIT: "上门 入户",
    Tick.ERRANDS: "代买 买菜 送餐 送饭 取快递 跑腿 买药 取药",
    Tick.CLEANING: "打扫 清扫 清洁 扫雪 擦 收拾",
    Tick.REPAIRS: "修 换灯 灯泡 漏水",
    Tick.READING: "读报 读信 写信 填表",
    Tick.TELEPHONE: "手机 智能机",
    Tick.MINDING: "照看 看孩子 接孩子 接送 作业",
    Tick.HAIRCUT: "理发 剪头",
}
_FIELD_OF = {
    Field.EMERGENCY_RESCUE: "应急 救援 抢险 防汛 洪水 内涝 消防",
    Field.MEDICAL_AND_HEALTH: "医 药 看病 血压 体检 义诊 健康",
    Field.ELDERLY_AND_CHILDREN: "老人 老年 老太 大爷 大妈 奶奶 爷爷 孤寡 独居 孩子 儿童 小孩 学生",
    Field.ENVIRONMENT: "垃圾 清扫 扫雪 绿化 环境 楼道 卫生",
    Field.CULTURE: "演出 读书 文艺 合唱 讲座",
    Field.CONVENIENCE: "搬 修 理发 买 送 填表 手机 快递",
}


def field_of(words: str) -> Field:
    """Return the field the words speak of, the district's priorities first; else any other."""
    for field, signs in _FIELD_OF.items():
        if any(sign in words for sign in signs.split()):
            return field
    return Field.OTHER


def ticks_of(words: str) -> tuple[str, ...]:
    """Return what the words ask for, as one would tick it; at most three."""
    found = (tick for tick, signs in _TICKED_BY.items() if any(s in words for s in signs.split()))
    return tuple(found)[:3]


def title_of(field: Field, ticks: tuple[str, ...]) -> str:
    """Return the title of a need, such as 一老一小：需要搬抬."""
    known = [tick for tick in ticks if tick in set(Tick)]
    named = say(f"needs.field_{field}")
    return f"{named}：{'、'.join(known)}"[:LONGEST_TITLE] if known else named
