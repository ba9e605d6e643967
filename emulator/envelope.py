"""How a push travels: signed, and sealed unless the application's mode is plain."""

import json
from dataclasses import dataclass
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

from emulator import seal
from emulator.ids import Ids
from emulator.messages import Message, xml
from emulator.settings import Account, Mode
from emulator.trees import tree_of

WRONG_TOKEN = "not-the-token"
WRONG_APP_ID = "wx0000000000000000"


@dataclass(frozen=True, slots=True)
class Manner:
    """How to send one push: the account's way, or deliberately wrong."""

    mode: Mode
    form: str
    timestamp: int
    wrong_signature: bool = False
    wrong_appid: bool = False


@dataclass(frozen=True, slots=True)
class Parcel:
    """A push ready to send; retries send the very same one."""

    query: str
    body: bytes
    plain: str
    content_type: str
    mode: Mode


def pack(account: Account, message: Message, manner: Manner, ids: Ids) -> Parcel:
    """Sign and seal a message as the platform does."""
    token = WRONG_TOKEN if manner.wrong_signature else account.token
    timestamp, nonce = str(manner.timestamp), ids.digits("nonce", 10)
    plain = message.spell(manner.form)
    query = {
        "signature": seal.sign(token, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
        "openid": message.openid,
    }
    body = plain
    if manner.mode != "plain":
        owner = WRONG_APP_ID if manner.wrong_appid else account.app_id
        random = ids.fresh("random", 16).encode()
        encrypted = seal.encrypt(account.aes_key, owner, plain.encode(), random)
        query["encrypt_type"] = "aes"
        query["msg_signature"] = seal.sign(token, timestamp, nonce, encrypted)
        body = _sealed_body(account, message, manner, encrypted)
    kind = "application/json" if manner.form == "json" else "text/xml"
    return Parcel(urlencode(query), body.encode(), plain, kind, manner.mode)


def _sealed_body(account: Account, message: Message, manner: Manner, encrypted: str) -> str:
    open_part = {"ToUserName": account.original_id}
    if manner.mode == "compatible":
        fields = message.json_fields if manner.form == "json" else None
        open_part = dict(fields or message.fields)  # type: ignore[arg-type]
    both = {**open_part, "Encrypt": encrypted}
    return json.dumps(both, ensure_ascii=False) if manner.form == "json" else xml(both)


def open_reply(account: Account, body: bytes) -> tuple[Element, str]:
    """Return an encrypted reply's inner XML and its text; raises `Unsealable` when wrong."""
    outer = tree_of(body)
    parts = [outer.findtext(name) or "" for name in ("TimeStamp", "Nonce", "Encrypt")]
    if not all(parts):
        raise seal.Unsealable("Encrypt, TimeStamp and Nonce must be there")
    if not seal.verify(seal.sign(account.token, *parts), outer.findtext("MsgSignature") or ""):
        raise seal.Unsealable("MsgSignature is wrong")
    plain = seal.decrypt(account.aes_key, account.app_id, parts[2])
    return tree_of(plain), plain.decode("utf-8", "replace")
