"""The same echo with WeRoBot's own view for Flask; sessions off, so that it has no database."""

from flask import Flask
from werobot import WeRoBot
from werobot.contrib.flask import make_view
from werobot.messages.messages import TextMessage

from bench.letters import AES_KEY, APP_ID, TOKEN

robot = WeRoBot(token=TOKEN, app_id=APP_ID, encoding_aes_key=AES_KEY)
robot.config["SESSION_STORAGE"] = False
robot.use_encryption = True

app = Flask(__name__)
app.add_url_rule("/wechat/official", view_func=make_view(robot), methods=["POST"])


@robot.text  # type: ignore[untyped-decorator]
def echo(message: TextMessage) -> str:
    """Answer a text with itself."""
    return str(message.content)


@app.get("/healthz")
def healthz() -> str:
    """Tell that the process is up."""
    return "ok"
