#!/bin/sh
# What `make serve` starts, written out for those who want to turn Granian's own knobs.
# Run in the clone with the settings in the environment, NUANFENG_PROCESSES equal to WORKERS among them.
exec .venv/bin/python -m granian --interface wsgi --http 1 --no-ws \
    --host 127.0.0.1 --port "${PORT:-8000}" \
    --workers "${WORKERS:-1}" --blocking-threads 16 --respawn-failed-workers \
    --log-level warning \
    wsgi:app
