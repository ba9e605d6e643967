"""Bring the database up to date and plant the invented district, in one process."""

from flask.cli import ScriptInfo

from wsgi import app

COMMANDS = (("db", "upgrade"), ("sample", "load"))


def main() -> None:
    """Run the commands that a newcomer would have to type, one after the other."""
    info = ScriptInfo(create_app=lambda: app)
    for words in COMMANDS:
        app.cli.main(list(words), prog_name="flask", obj=info, standalone_mode=False)


if __name__ == "__main__":
    main()
