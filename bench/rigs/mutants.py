"""The service with the guard off that `BENCH_MUTANT` names."""

import os

import wsgi
from bench.rigs import unguarded

app = wsgi.app
unguarded.ALL[os.environ["BENCH_MUTANT"]](app.extensions["runtime"])
