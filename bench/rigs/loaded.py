"""All the code of the service, read and not yet at work: what the fork server has in memory.

Nothing here opens a connection, a thread or a file, or looks at a setting; `tests/bench` proves it.
"""

import granian._loops
import granian.cli
import granian.server
import granian.wsgi
import sqlalchemy.dialects.postgresql.psycopg
import sqlalchemy.dialects.sqlite.pysqlite

import bot.face
import miniprogram_api.face
import server.app
import server.atlas.face
import server.console.face
import server.jobs
import server.verify.face

READ = (
    granian.cli,
    granian.server,
    granian.wsgi,
    granian._loops,
    sqlalchemy.dialects.postgresql.psycopg,
    sqlalchemy.dialects.sqlite.pysqlite,
    server.app,
    server.atlas.face,
    bot.face,
    miniprogram_api.face,
    server.console.face,
    server.jobs,
    server.verify.face,
)
