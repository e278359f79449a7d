"""What holds of records in PostgreSQL alone: shapes on a map, writers in turn, one state for a reader."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, Table, TextClause, create_engine, func, select, text
from sqlalchemy.exc import DBAPIError

from api.exchange.squad_files import load_squad
from api.records import import_squad
from api.security.accounts import add_account, begin_session, password_fits
from api.security.roles import Role
from api.storage.audit import note, verify
from api.storage.engine import open_store, reading, writing
from api.storage.metadata import METADATA
from api.storage.places import around, community_at
from api.storage.scope import NOBODY, about
from api.storage.service_tables import AUDIT, SESSIONS, USERS
from api.storage.squad_tables import BOUNDARIES, COMMUNITIES, SQUADS
from tests.api.served import MONDAY, PASSWORD, problem, serving
from tests.api.stores import records
from tests.town import SQUAD as SQUAD_FILE
from tests.town import write_town

pytestmark = pytest.mark.postgres


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


def copied(table: Table, **other: str) -> TextClause:
    """Return what copies each row of a table two thousand times, `other` columns as they say."""
    names = [column.name for column in table.c]
    chosen = ", ".join(other.get(name, name) for name in names)
    into = f"INSERT INTO {table.name} ({', '.join(names)})"
    return text(f"{into} SELECT {chosen} FROM {table.name}, generate_series(1, 2000) AS n")


def test_where_a_report_lies_is_looked_up_in_a_spatial_index(store: Engine) -> None:
    with writing(store) as connection:
        connection.execute(copied(COMMUNITIES, id="id || '-' || n"))
        moved = {"wkb": "ST_AsBinary(ST_Translate(shape, n * 1e-3, 0))", "community_id": "community_id || '-' || n"}
        east = {name: f"{name} + n * 1e-3" for name in ("min_lon", "max_lon")}
        connection.execute(copied(BOUNDARIES, **moved, **east))
        connection.execute(text("ANALYZE boundaries"))
    asked = around("postgresql", "town", 121.241, 31.371).compile(
        dialect=store.dialect, compile_kwargs={"literal_binds": True}
    )
    with about("town"), reading(store) as connection:
        plan = "\n".join(connection.exec_driver_sql(f"EXPLAIN {asked}").scalars())
        assert community_at(connection, "town", 121.241, 31.371) is not None
    assert "ix_boundaries_shape" in plan, plan


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
    with writing(store) as connection:
        for squad in ("town", "other"):
            add_account(connection, f"leader-{squad}", PASSWORD, Role.LEADER, squad)
            account = password_fits(connection, f"leader-{squad}", PASSWORD, MONDAY)
            begin_session(connection, account, MONDAY)
    return store


def squads_in(connection: Connection, table: Table) -> set[str | None]:
    """Return whose rows of a table a transaction sees; of sessions, those of their accounts."""
    if table is SESSIONS:
        whose = select(USERS.c.squad_id).join(SESSIONS, SESSIONS.c.user_id == USERS.c.id)
    else:
        whose = select(table.c.id if table is SQUADS else table.c.squad_id)
    return set(connection.execute(whose.distinct()).scalars())


def test_a_transaction_sees_the_rows_of_the_squad_that_it_names_and_nothing_where_it_names_none(two: Engine) -> None:
    filled = {SQUADS, USERS, SESSIONS, AUDIT, *(METADATA.tables[name] for name in ("officers", "boundaries", "shifts"))}
    with reading(two) as connection:
        for table in filled:
            assert squads_in(connection, table) >= {"town", "other"}, table.name
    for squad in ("town", "other"):
        with about(squad), reading(two) as connection:
            for table in METADATA.sorted_tables:
                assert squads_in(connection, table) <= {squad}, table.name
            for table in filled:
                assert squads_in(connection, table) == {squad}, table.name
    with about(NOBODY), reading(two) as connection:
        for table in METADATA.sorted_tables:
            assert connection.execute(select(func.count()).select_from(table)).scalar() == 0, table.name
    engine = create_engine(two.url)
    with engine.connect() as connection:
        for table in METADATA.sorted_tables:
            assert connection.execute(select(func.count()).select_from(table)).scalar() == 0, table.name
    engine.dispose()


def test_a_transaction_that_names_a_squad_changes_no_other_ones_rows(two: Engine) -> None:
    with writing(two) as connection:
        connection.execute(text("SET LOCAL wuzao.squad = 'town'"))
        assert connection.execute(text("DELETE FROM audit WHERE squad_id = 'other'")).rowcount == 0
        assert connection.execute(text("DELETE FROM leave WHERE squad_id = 'other'")).rowcount == 0
        assert connection.execute(text("UPDATE officers SET name = '' WHERE squad_id = 'other'")).rowcount == 0
        for slip in (
            "UPDATE officers SET squad_id = 'other' WHERE id = '01'",
            "INSERT INTO leave (squad_id, officer_id, day, reason) VALUES ('other', '01', '2026-11-27', '')",
        ):
            with pytest.raises(DBAPIError, match="row-level security"), connection.begin_nested():
                connection.execute(text(slip))


def test_every_table_with_one_squads_rows_is_guarded(store: Engine) -> None:
    guarded = text(
        "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
        " AND relrowsecurity AND relforcerowsecurity"
    )
    with reading(store) as connection:
        found = set(connection.execute(guarded).scalars())
    assert found == set(METADATA.tables)


def test_what_the_database_cannot_keep_is_the_senders_mistake(tmp_path: Path) -> None:
    with serving(tmp_path, source=write_town(tmp_path / "town")) as client:
        report = {"lon": 121.241, "lat": 31.371, "channel": "public", "note": "a\0b"}
        problem(client.post("/api/squads/town/reports", json=report), 422)
        assert client.get("/api/squads/t%00wn/cases").status_code in {404, 422}
