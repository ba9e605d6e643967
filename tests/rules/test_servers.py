"""A test run never touches a server that it did not start."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from tests.processes import NotOurs, valkey_client
from tests.servers import CARELESS, Servers, started


@pytest.fixture(scope="module")
def somebody_elses() -> Iterator[Servers]:
    """Servers of another run, which log every statement."""
    with started(postgres=True, options=(*CARELESS, "log_statement=all")) as servers:
        yield servers


def statements(servers: Servers) -> list[str]:
    log = Path(servers.postgres, "log").read_text()
    return [line for line in log.splitlines() if "statement: " in line or "execute " in line]


def test_our_own_servers_are_recognised(somebody_elses: Servers) -> None:
    with somebody_elses.admin() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)

    assert somebody_elses.empty_valkey(0)


@pytest.mark.parametrize("lie", [{"run": "another"}, {"folder": "/nowhere"}])
def test_another_runs_postgresql_gets_one_question_and_no_more(
    somebody_elses: Servers, lie: dict[str, str]
) -> None:
    before = len(statements(somebody_elses))

    with pytest.raises(NotOurs):
        replace(somebody_elses, **lie).admin()

    asked = statements(somebody_elses)[before:]
    assert len(asked) == 1
    assert "data_directory" in asked[0]


@pytest.mark.parametrize("lie", [{"run": "another"}, {"folder": "/nowhere"}])
def test_another_runs_valkey_keeps_every_key(somebody_elses: Servers, lie: dict[str, str]) -> None:
    with closing(valkey_client(f"{somebody_elses.valkey}/0")) as client:
        client.set("precious", "1")

        with pytest.raises(NotOurs):
            replace(somebody_elses, **lie).empty_valkey(0)

        assert client.get("precious") == "1"


def test_a_postgresql_without_a_marker_is_left_alone(somebody_elses: Servers) -> None:
    with somebody_elses.admin() as connection:
        connection.execute("DELETE FROM test_run")

    with pytest.raises(NotOurs, match="untouched"):
        somebody_elses.admin()

    with psycopg.connect(
        host=somebody_elses.postgres, user="nuanfeng", dbname="postgres", autocommit=True
    ) as connection:
        connection.execute("INSERT INTO test_run VALUES (%s)", (somebody_elses.run,))


def test_a_server_that_does_not_start_stops_the_run() -> None:
    impossible = started(postgres=True, options=("no_such_setting=1",))

    with pytest.raises(NotOurs, match="did not start"), impossible:
        pass
