"""An echo as wechatpy's own example writes it: encrypted text in, encrypted text out, no database.

wechatpy 1.8.18, `examples/echo/app.py`, without the plaintext branch and the template.
"""

from flask import Flask, abort, request
from wechatpy import create_reply, parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidAppIdException, InvalidSignatureException

from bench.letters import AES_KEY, APP_ID, TOKEN

app = Flask(__name__)


@app.get("/healthz")
def healthz() -> str:
    """Tell that the process is up."""
    return "ok"


@app.post("/wechat/official")
def wechat() -> str:
    """Answer a text with itself."""
    timestamp, nonce = request.args.get("timestamp", ""), request.args.get("nonce", "")
    crypto = WeChatCrypto(TOKEN, AES_KEY, APP_ID)
    try:
        signature = request.args.get("msg_signature", "")
        opened = crypto.decrypt_message(request.data, signature, timestamp, nonce)
    except (InvalidSignatureException, InvalidAppIdException):
        abort(403)
    message = parse_message(opened)
    reply = create_reply(message.content, message)
    return str(crypto.encrypt_message(reply.render(), nonce, timestamp))
