"""The rig of tampering in small: all is found, and a proof that looks at nothing finds none."""

import random

from bench.rigs import meddling, shop, tampering
from bench.rigs.dealings import MIXED
from bench.rigs.outcome import Order
from server.riders.points import proof

TIMES = len(meddling.WAYS)


def test_whatever_is_changed_is_found_and_nothing_is_changed_while_the_triggers_are_there(
    database_url,
) -> None:
    found = tampering.play(database_url, Order("here", TIMES, seed=20260309))

    assert found.clean, str(found)
    assert found.facts["found"] == TIMES
    assert found.facts["refused by the database"] > 20


def test_control_a_proof_that_looks_at_nothing_finds_nothing(database_url) -> None:
    seeing = proof.verify

    found = tampering.play(database_url, Order("here", 4, seed=20260309, mutant=True))

    assert found.as_it_must, str(found)
    assert found.facts["found"] == 0
    assert proof.verify is seeing


def test_what_was_done_is_taken_back_whole(database_url) -> None:
    shop.open_for(database_url, MIXED)
    chance, engine = random.Random(1), meddling.engine(database_url)
    with engine.begin() as connection:
        true = meddling.state(connection)
        meddling.unguard(connection)
        for way in meddling.WAYS:
            way(chance, connection)
            assert meddling.state(connection) != true, way.__name__
            meddling.restore(connection, true)
            assert meddling.state(connection) == true, way.__name__
    engine.dispose()
