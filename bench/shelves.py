"""Rewards and what lies at stations of them, made straight in the database."""

from datetime import datetime

from sqlalchemy import insert

from server.db import Session
from server.riders.rewards import stock
from server.riders.rewards.models import MoveKind, Reward, RewardVersion
from server.riders.rewards.stock import Shelf


def offer(session: Session, reward: int, points: int, now: datetime) -> None:
    """Give a reward out from a moment on, without limits."""
    made = {"version": 1, "made_at": now}
    row = {"id": reward, "active": True, "changed_at": now}
    session.execute(insert(Reward.__table__).values(row | made))
    told = {"reward_id": reward, "name": f"示例奖品{reward}", "about": "", "points": points}
    told |= {"since": now.date()}
    session.execute(insert(RewardVersion.__table__).values(told | made))


def lay(session: Session, shelf: Shelf, pieces: int, now: datetime) -> None:
    """Put so many more pieces on a shelf, which is there from now on."""
    stock.open_for(session, shelf)
    stock.move(session, shelf, MoveKind.RECEIVED, now, pieces)
