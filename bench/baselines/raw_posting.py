"""One award of points by the bare driver: the same eleven statements, in the same order.

The chain is kept as well: two hashes a posting. No refusal is worded, and nothing is looked at
that the statements do not ask.
"""

import json
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from bench.baselines.drivers import IS_SQLITE, sql, transaction

_LOCK = "" if IS_SQLITE else " FOR NO KEY UPDATE OF points_account"
RULE = sql(
    "SELECT code, version, name, least, most, day_cap, month_cap, ever_cap, verifier, two_persons,"
    " pending, since, until FROM points_rule WHERE code IN (?, 'ALL') AND since <= ?"
    " ORDER BY since DESC, version DESC"
)
BEGIN = sql(
    "INSERT INTO points_transaction (kind, code, version, source, units, event_at, at, actor,"
    " shortfall, inputs) VALUES ('earn', ?, ?, ?, 1, ?, ?, ?, 0, ?)"
    " ON CONFLICT DO NOTHING RETURNING id"
)
HOLD = sql(
    "SELECT points_account.id, points_account.frozen_until, rider.state,"
    " EXISTS (SELECT * FROM post WHERE post.person_id = points_account.person_id"
    " AND post.role NOT IN ('team_leader') AND post.since <= ?"
    " AND (post.until IS NULL OR post.until > ?)),"
    " person.phone_mark = (SELECT phone_mark FROM person WHERE id = ?)"
    " FROM points_account JOIN person ON person.id = points_account.person_id"
    " LEFT JOIN rider ON rider.person_id = points_account.person_id"
    f" WHERE points_account.person_id = ? AND points_account.kind = 'person'{_LOCK}"
)
COUNT = sql(
    "INSERT INTO points_count (account_id, code, period, used, most)"
    " VALUES (?, ?, ?, 1, ?), (?, ?, ?, 1, ?), (?, 'ALL', ?, 1, ?)"
    " ON CONFLICT (account_id, code, period) DO UPDATE SET"
    " used = points_count.used + excluded.used, most = excluded.most"
    " WHERE points_count.used + excluded.used <= excluded.most RETURNING code, period"
)
MOVE = sql(
    "UPDATE points_account SET balance = balance + 1, lines = lines + 1,"
    " booked_at = CASE WHEN booked_at > ? THEN booked_at ELSE ? END"
    " WHERE id = ? AND balance >= -1 RETURNING lines, balance, booked_at"
)
LOT = sql(
    "INSERT INTO points_lot (account_id, last_day, remains) VALUES (?, ?, 1)"
    " ON CONFLICT (account_id, last_day) DO UPDATE SET"
    " remains = points_lot.remains + excluded.remains"
)
ENTRY = sql(
    "INSERT INTO points_entry (transaction_id, account_id, delta, number, balance, at, last_day,"
    " lots) VALUES (?, ?, ?, ?, ?, ?, ?, 'null')"
)
HEAD = "UPDATE points_head SET length = length + 1 RETURNING length, hash"
LINK = sql(
    "INSERT INTO points_link (id, transaction_id, digest, previous, hash) VALUES (?, ?, ?, ?, ?)"
)
NEW_HEAD = sql("UPDATE points_head SET hash = ?")
HOUSE = "UPDATE points_account SET balance = balance - 1 WHERE id = 0"


def post(person: int, source: str, code: str) -> None:
    """Give a person the one point of a rule that counts a day, a month and all of a month."""
    now = datetime.now(UTC)
    at, day = now.strftime("%Y-%m-%d %H:%M:%S.%f+00:00"), now.date()
    last = date(now.year + 1, 12, 31).isoformat()
    with transaction() as connection:
        rules = connection.execute(RULE, (code, day.isoformat())).fetchall()
        rule, overall = rules[0], rules[1]
        if rule[0] != code:
            rule, overall = overall, rule
        told = (code, rule[1], source, at, at, None, "0" * 64)
        (number,) = connection.execute(BEGIN, told).fetchone()
        account = connection.execute(HOLD, (at, at, None, person)).fetchone()[0]
        caps = (account, code, day.isoformat(), rule[5], account, code, f"{day:%Y-%m}", rule[6])
        connection.execute(COUNT, (*caps, account, f"{day:%Y-%m}", overall[6])).fetchall()
        line, balance, _booked = connection.execute(MOVE, (at, at, account)).fetchone()
        connection.execute(LOT, (account, last))
        lines = [
            (number, account, 1, line, balance, at, last),
            (number, 0, -1, None, None, at, None),
        ]
        cursor = connection.cursor()
        cursor.executemany(ENTRY, lines)
        _chain(connection, number, _mark([told, lines]))
        connection.execute(HOUSE)


def _chain(connection: Any, number: int, digest: str) -> None:
    length, previous = connection.execute(HEAD).fetchone()
    fresh = _mark([length, number, digest, previous])
    connection.execute(LINK, (length, number, digest, previous, fresh))
    connection.execute(NEW_HEAD, (fresh,))


def _mark(said: object) -> str:
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()
