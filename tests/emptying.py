"""Emptying a PostgreSQL database between two tests, and telling when that is not enough."""

from typing import Any

import psycopg

SCHEMA = "emptying"
PREPARE = """
CREATE SCHEMA emptying;
SET search_path = emptying, public;

-- what proves that the database is this run's, here as in the database `postgres`
CREATE TABLE test_run (id text PRIMARY KEY);

-- what the migrations themselves have put into a table
CREATE TABLE kept (name text PRIMARY KEY, rows jsonb NOT NULL);

-- a line for each time that a test changed the tables rather than what is in them
CREATE TABLE changed (what text);
CREATE FUNCTION note() RETURNS event_trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO emptying.changed VALUES (tg_tag); END $$;

CREATE VIEW ours AS
    SELECT oid, format('public.%I', relname) AS name FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r';

CREATE FUNCTION keep() RETURNS void LANGUAGE plpgsql AS $$
DECLARE one record; found jsonb;
BEGIN
    FOR one IN SELECT * FROM ours LOOP
        EXECUTE format('SELECT jsonb_agg(t) FROM %s t', one.name) INTO found;
        IF found IS NOT NULL THEN INSERT INTO kept VALUES (one.name, found); END IF;
    END LOOP;
END $$;

CREATE FUNCTION empty() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE one record;
BEGIN
    PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    -- other tables, or statistics that say what a table held, are nothing for the next test
    IF EXISTS (SELECT FROM changed)
        OR EXISTS (SELECT FROM pg_statistic WHERE starelid IN (SELECT oid FROM ours))
    THEN RETURN false; END IF;
    SET LOCAL session_replication_role = replica;  -- neither foreign keys nor triggers
    FOR one IN SELECT * FROM ours LOOP
        -- a table that grew is made anew, or its dead rows would slow every later test
        IF pg_relation_size(one.oid) > 500000 THEN
            EXECUTE format('TRUNCATE %s CASCADE', one.name);
        ELSE
            EXECUTE format('DELETE FROM %s', one.name);
        END IF;
    END LOOP;
    FOR one IN SELECT * FROM kept LOOP
        EXECUTE format(
            'INSERT INTO %1$s SELECT * FROM jsonb_populate_recordset(NULL::%1$s, $1)', one.name
        ) USING one.rows;
    END LOOP;
    PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
        FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL;
    RETURN true;
END $$;

SELECT keep();
CREATE EVENT TRIGGER noted ON ddl_command_end EXECUTE FUNCTION note();
"""


def prepare(connection: psycopg.Connection[Any], run: str) -> None:
    """Teach a migrated database how to be emptied; copies of it will know."""
    with connection.transaction():
        connection.execute(PREPARE)
        connection.execute("INSERT INTO emptying.test_run VALUES (%s)", (run,))


def empty(connection: psycopg.Connection[Any]) -> bool:
    """Bring the database back to what it was once migrated.

    Connections that a test left open are ended. Return False, having emptied nothing, when the
    test has changed the tables themselves or had them measured.
    """
    row = connection.execute("SELECT emptying.empty()").fetchone()
    return bool(row and row[0])
