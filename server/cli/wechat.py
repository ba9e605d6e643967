"""`flask wechat`: what is set up once at WeChat's side."""

from flask import current_app
from flask.cli import AppGroup, with_appcontext

from server.cli.arguments import show
from server.web import runtime

wechat = AppGroup("wechat", help="Set up the official account.")


@wechat.command("menu")
@with_appcontext
def menu() -> None:
    """Give the official account the menu of this release."""
    runtime().wechat.official.create_menu(current_app.extensions["menu"])
    show({"menu": "created"})
