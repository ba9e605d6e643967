"""What came of dealings, as customers were told, held against what stands in the books."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bench.district import opened
from bench.rigs import customers, pieces, sums, trails
from bench.rigs.customers import Told
from bench.rigs.dealings import COPIES, EARNING, Dealing, Kind
from bench.rigs.deeds import moves, source_of
from bench.rigs.tellers import Answer
from server.riders.rewards.models import VoucherState

OURS = ("bench:", "hand:", "redemption:")
"""How the sources of dealings begin."""
SAME = (*EARNING, Kind.HOLD, Kind.CANCEL)
"""What has one number, however often it is asked for."""


@dataclass(frozen=True)
class Settlement:
    """Dealings on the database at an address, what was told of each, and of other terms."""

    url: str
    plan: Sequence[Dealing]
    told: Told
    altered: Sequence[Answer]

    @property
    def facts(self) -> dict[str, int]:
        """Return how much was done."""
        done = Counter(str(one.kind) for one in self.plan if self.numbers(one))
        refused = sum(1 for each in self.told.values() if each.refused)
        with opened(self.url) as database, database.reading() as session:
            kept, length = pieces.kept(session), len(sums.stored(session))
        return {
            "dealings": len(self.plan),
            "brought": len(self.plan) * COPIES,
            **dict(sorted(done.items())),
            "refused": refused,
            "on other terms": len(self.altered),
            "transactions": length,
            **kept,
        }

    @property
    def nought(self) -> dict[str, int]:
        """Return what must be nought."""
        found = Counter(self._told_twice())
        with opened(self.url) as database, database.reading() as session:
            found.update(sums.doubled(session))
            found.update(pieces.unpaired(session))
            found.update({"flaws of the ledger": bool(sums.flaw(session))})
            found["phantom"] = len(self._phantom(session))
        return {
            "lost": len(self.lost()),
            **found,
            "unequal answers": sum(
                1 for one in self.plan if one.kind in SAME and len(set(self.numbers(one))) > 1
            ),
            "other terms taken": sum(1 for each in self.altered if not each.is_mismatch),
            "failures": len(self.failures),
            "flaws of the trail": int(trails.verify(self.url).flaw is not None),
        }

    @property
    def failures(self) -> list[str]:
        """Return what nobody had thought of."""
        said = [*self.told.values(), *self.altered]
        return [each.failed for each in said if each.failed]

    def numbers(self, dealing: Dealing) -> list[int]:
        """Return what came of a dealing each time it was done."""
        said = customers.of(self.told, dealing)
        return [each.number for each in said if each.number is not None]

    def lost(self) -> list[str]:
        """Return what somebody was told is done, and is not in the books or otherwise."""
        with opened(self.url) as database, database.reading() as session:
            moved, stored = sums.moved(session), sums.stored(session)
            vouchers = pieces.vouchers(session)

        def is_kept(one: Dealing, number: int) -> bool:
            if one.kind in EARNING:
                return moves(one) in moved.get(number, ())
            if one.kind is Kind.REVERSE:
                return number in stored
            return one.kind in (Kind.ARRIVE, Kind.EXPIRE) or self._is_kept(one, number, vouchers)

        return [
            f"{one.kind} {one.key}: {number} is not as it was told"
            for one in self.plan
            for number in set(self.numbers(one))
            if not is_kept(one, number)
        ]

    def _is_kept(self, one: Dealing, number: int, vouchers: Mapping[int, pieces.Kept]) -> bool:
        if one.kind is Kind.COLLECT:
            assert one.of is not None
            # whoever collects may have held it themselves, had all else been turned down
            held = source_of(one.of)
            ends = [each.state for each in vouchers.values() if each.source == held]
            return not number or VoucherState.COLLECTED in ends
        voucher = vouchers.get(number)
        if voucher is None or voucher.person_id != one.person:
            return False
        ended = voucher.state in (VoucherState.CANCELLED, VoucherState.EXPIRED)
        return one.kind is Kind.HOLD or ended

    def _phantom(self, session: Session) -> set[str]:
        kept = {each for each in sums.stored(session).values() if each and each.startswith(OURS)}
        return kept - {source_of(one) for one in self.plan}

    def _told_twice(self) -> dict[str, int]:
        undone, handed = Counter[str](), Counter[str]()
        for one in self.plan:
            if one.of is not None and one.kind is Kind.REVERSE:
                undone[one.of.key] += len(self.numbers(one))
            if one.of is not None and one.kind is Kind.COLLECT:
                handed[one.of.key] += sum(self.numbers(one))
        beyond = {"undone twice": undone, "used twice": handed}
        return {
            name: sum(many - 1 for many in counted.values() if many > 1)
            for name, counted in beyond.items()
        }
