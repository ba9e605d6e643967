"""The encrypted sign-up as lean as it can be and still keep its promise: four statements.

The inbound row and the place share one transaction, so a repeated message has one effect. No
waiting list, no clashes, no words but one sentence, no refusal told.
"""

from datetime import UTC, datetime

from flask import Flask, abort, request

from bench.baselines.drivers import sql, transaction
from bench.baselines.envelope import opened, sealed

CLAIM = sql(
    "INSERT INTO inbound (key, app, openid, kind, event, state, received_at, reply)"
    " VALUES (?, 'official', ?, 'text', '', 'applied', ?, ?)"
    " ON CONFLICT (key) DO NOTHING RETURNING id"
)
REPLY = sql("SELECT reply FROM inbound WHERE key = ?")
WHO = sql("SELECT person_id FROM account WHERE app = 'official' AND openid = ?")
TAKE = sql(
    "UPDATE shift SET taken = taken + 1 WHERE taken < capacity AND closes_at > ?"
    " AND activity_id = (SELECT id FROM activity WHERE number = ?) RETURNING id"
)
ENTER = sql(
    "INSERT INTO signup (shift_id, person_id, state, channel, created_at, changed_at)"
    " VALUES (?, ?, 'confirmed', 'chat', ?, ?)"
)
SIGNED_UP = "报名成功。"

app = Flask(__name__)


@app.get("/healthz")
def healthz() -> str:
    """Tell that the process is up."""
    return "ok"


@app.post("/wechat/official")
def wechat() -> str:
    """Sign the sender up for the activity whose number they wrote."""
    nonce = request.args["nonce"]
    message = opened(
        request.get_data(), request.args["msg_signature"], request.args["timestamp"], nonce
    )
    if message is None:
        abort(403)
    number = int(message.words.removeprefix("报名").strip())
    key = f"official:{message.sender}:{message.msg_id}"
    return sealed(message, signed_up(key, message.sender, number), nonce)


def signed_up(key: str, sender: str, number: int) -> str:
    """Take a place for the sender, once for each key, and return what to tell them."""
    now = datetime.now(UTC)
    moment = now.strftime("%Y-%m-%d %H:%M:%S.%f+00:00")
    with transaction() as connection:
        claimed = connection.execute(CLAIM, (key, sender, moment, SIGNED_UP)).fetchone()
        if claimed is None:
            return str(connection.execute(REPLY, (key,)).fetchone()[0])
        (person,) = connection.execute(WHO, (sender,)).fetchone()
        (shift,) = connection.execute(TAKE, (moment, number)).fetchone()
        connection.execute(ENTER, (shift, person, moment, moment))
    return SIGNED_UP
