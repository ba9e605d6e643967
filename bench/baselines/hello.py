"""The least that Flask can do."""

from flask import Flask

app = Flask(__name__)


@app.route("/", methods=["GET", "POST"])
@app.route("/healthz")
def hello() -> str:
    """Say hello."""
    return "hello"
