"""`python -m emulator` starts the stand-in for WeChat."""

import signal
import sys

from emulator.app import create_app
from emulator.server import HOST, listen
from emulator.settings import BadSettings, load_settings


def main() -> int:
    """Serve until Ctrl-C or SIGTERM; 2 when the settings are bad."""
    try:
        settings = load_settings()
    except BadSettings as flaw:
        sys.stderr.write(f"{flaw}\n")
        return 2
    server = listen(create_app(settings), settings.port)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.stderr.write(f"emulator: http://{HOST}:{server.port} for {settings.service_url}\n")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        sys.stderr.write("emulator: stopped\n")
    finally:
        server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
