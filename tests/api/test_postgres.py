"""What holds of records in PostgreSQL alone: shapes on a map, writers in turn, one state for a reader."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from api.exchange.squad_files import load_squad
from api.records import import_squad
from api.storage.audit import note, verify
from api.storage.engine import open_store, reading, writing
from api.storage.metadata import METADATA
from api.storage.scope import about
from tests.api.served import MONDAY, problem, serving
from tests.api.stores import records
from tests.town import SQUAD as SQUAD_FILE
from tests.town import write_town

pytestmark = pytest.mark.postgres

MANY = (
    "INSERT INTO violations (squad_id, id, position, type, lon, lat, found_on, building, note, reporter_phone)"
    " SELECT 'town', 'many' || n, n, 'flue', 121 + n * 1e-5, 31, '2026-11-01', '', '', ''"
    " FROM generate_series(1, 20000) AS n"
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Engine]:
    """Records with the town."""
    store = open_store(records(tmp_path / "data"))
    import_squad(store, tmp_path / "data", load_squad(write_town(tmp_path / "town")), MONDAY, "test")
    yield store
    store.dispose()


@pytest.mark.parametrize(
    ("table", "kind"),
    [("boundaries", "ST_MultiPolygon"), ("communities", "ST_MultiPoint"), ("violations", "ST_Point")],
)
def test_a_map_opens_every_shape(store: Engine, table: str, kind: str) -> None:
    with reading(store) as connection:
        found = connection.execute(
            text(f"SELECT count(*), count(shape), min(ST_GeometryType(shape)), min(ST_SRID(shape)) FROM {table}")
        ).one()
        layer = (
            "SELECT count(*) FROM geometry_columns WHERE f_table_schema = current_schema() AND f_table_name = :table"
        )
        assert connection.execute(text(layer), {"table": table}).scalar() == 1
    assert found[0] == found[1] > 0
    assert tuple(found[2:]) == (kind, 4326)


def test_shapes_are_those_of_the_records(store: Engine) -> None:
    with reading(store) as connection:
        for gates, shape in connection.execute(text("SELECT gates, ST_AsGeoJSON(shape) FROM communities")):
            assert json.loads(shape)["coordinates"] == [[gate["lon"], gate["lat"]] for gate in json.loads(gates)]


def test_what_lies_in_a_frame_is_looked_up_in_an_index(store: Engine) -> None:
    with writing(store) as connection:
        connection.execute(text(MANY))
        connection.execute(text("ANALYZE violations"))
    with reading(store) as connection:
        asked = "EXPLAIN SELECT id FROM violations WHERE shape && ST_MakeEnvelope(121.05, 30.9, 121.06, 31.1, 4326)"
        plan = "\n".join(connection.execute(text(asked)).scalars())
    assert "ix_violations_shape" in plan


def test_writers_take_turns_so_that_the_trail_stays_in_one_piece(store: Engine) -> None:
    def write() -> None:
        for number in range(20):
            with writing(store) as connection:
                note(connection, MONDAY, "test", "tried", str(number))

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with reading(store) as connection:
        verdict = verify(connection)
    assert (verdict.lines, verdict.broken_at) == (81, None)


def test_a_reader_sees_one_state_and_writes_nothing(store: Engine) -> None:
    count = text("SELECT count(*) FROM audit")
    with reading(store) as connection:
        before = connection.execute(count).scalar()
        with writing(store) as other:
            note(other, MONDAY, "test", "tried", "meanwhile")
        assert connection.execute(count).scalar() == before
        with pytest.raises(DBAPIError, match="read-only"):
            connection.execute(text("DELETE FROM audit"))


@pytest.fixture
def two(store: Engine, tmp_path: Path) -> Engine:
    """Return records with the town and another squad of the same kind."""
    other = write_town(tmp_path / "other", squad=SQUAD_FILE.replace('id = "town"', 'id = "other"'))
    import_squad(store, tmp_path / "data", load_squad(other), MONDAY, "test")
    return store


def test_a_transaction_that_names_a_squad_sees_no_other_ones_rows(two: Engine) -> None:
    squads = text("SELECT DISTINCT squad_id FROM officers ORDER BY squad_id")
    with reading(two) as connection:
        assert connection.execute(squads).scalars().all() == ["other", "town"]
        connection.execute(text("SET LOCAL wuzao.squad = 'town'"))
        assert connection.execute(squads).scalars().all() == ["town"]
    with about("other"), reading(two) as connection:
        assert connection.execute(squads).scalars().all() == ["other"]
    with reading(two) as connection:
        assert len(connection.execute(squads).all()) == 2, "the name ends with its transaction"


def test_a_transaction_that_names_a_squad_changes_no_other_ones_rows(two: Engine) -> None:
    with writing(two) as connection:
        connection.execute(text("SET LOCAL wuzao.squad = 'town'"))
        assert connection.execute(text("DELETE FROM leave WHERE squad_id = 'other'")).rowcount == 0
        assert connection.execute(text("UPDATE officers SET name = '' WHERE squad_id = 'other'")).rowcount == 0
        with pytest.raises(DBAPIError, match="row-level security"):
            connection.execute(text("UPDATE officers SET squad_id = 'other' WHERE id = '01'"))


def test_every_table_with_one_squads_rows_is_guarded(store: Engine) -> None:
    guarded = text(
        "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
        " AND relrowsecurity AND relforcerowsecurity"
    )
    with reading(store) as connection:
        found = set(connection.execute(guarded).scalars())
    assert found == {name for name, table in METADATA.tables.items() if "squad_id" in table.c} - {"users", "audit"}


def test_what_the_database_cannot_keep_is_the_senders_mistake(tmp_path: Path) -> None:
    with serving(tmp_path, source=write_town(tmp_path / "town")) as client:
        report = {"lon": 121.241, "lat": 31.371, "channel": "public", "note": "a\0b"}
        problem(client.post("/api/squads/town/reports", json=report), 422)
        assert client.get("/api/squads/t%00wn/cases").status_code in {404, 422}
