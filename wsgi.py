"""Where a WSGI server finds the service: `granian --interface wsgi wsgi:app`."""

import sys

from bot.face import JOBS, bot
from config.settings import BadSettings, load_settings
from miniprogram_api.face import miniprogram_api
from server.app import create_app
from server.atlas.face import atlas
from server.console.face import console
from server.jobs import keep_in_background
from server.verify.face import verify

try:
    settings = load_settings()
except BadSettings as flaw:
    sys.exit(f"NuanFeng cannot start: {flaw}")

app = create_app(settings, faces=[bot, miniprogram_api, console, verify, atlas], more_jobs=JOBS)
if settings.embedded_workers:
    keep_in_background(app.extensions["runtime"], app.extensions["timetable"])
