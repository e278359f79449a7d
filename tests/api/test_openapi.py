"""Every operation of the OpenAPI document tried with generated input: no 5xx, no answer that it does not tell of.

Whatever fits the schema must be accepted, or meet one of the rules that no schema can say (a week that its year has
not, an officer of another squad, a step that cannot follow): those are answered with 4xx, all of them documented.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.schemas import BaseSchema

from api.security.access import COOKIE
from tests.api import fake_work
from tests.api.served import finished, serving
from tests.api.test_roles import MAY, OPEN, S
from tests.town import write_town

TOWN = "/api/squads/town"
ACCEPTED = ["2xx", "3xx", "400", "401", "403", "404", "409", "412", "415", "422", "429"]
CONFIG = SchemathesisConfig.from_dict({"checks": {"positive_data_acceptance": {"expected-statuses": ACCEPTED}}})
REAL = {
    "squad_id": "town",
    "case_id": "20261123-00001",
    "community_id": "C1",
    "week": "2026-W48",
    "layer": "communities",
    "version": "1",
    "record_id": "W1",
    "form": "json",
}
"""What there is: half of the requests are of it."""

SHEETS = {f"PUT {S}/{name}" for name in ("workbook", "roads", "cases.xlsx", "renovations.xlsx", "feedback.xlsx")}
SHEETS |= {"POST /api/squads"}
UNTRIED = {"POST /api/sign-out", f"POST {S}/files", *SHEETS}
"""The one ends the session, the others take files, which other tests hand in."""


@dataclass(frozen=True)
class Served:
    """A server's document, what its administrator sends along, and ids of what there is."""

    schema: BaseSchema
    headers: dict[str, str]
    real: dict[str, str]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The document of a server that has a squad, a case and a plan, asked as its administrator."""
    folder = tmp_path_factory.mktemp("openapi")
    with serving(folder, fake_work.quick, source=write_town(folder / "town"), https=True) as client:
        client.post(f"{TOWN}/reports", json={"lon": 121.241, "lat": 31.371})
        job = finished(client, client.post(f"{TOWN}/plans", json={"week": "2026-W48"}).headers["location"])
        link = client.post(f"{TOWN}/links", json={"kind": "gis", "subject": "QGIS"}).json()["address"]
        token = link.rpartition("/")[2]
        headers = {"cookie": f"{COOKIE}={client.cookies[COOKIE]}", "x-csrf-token": client.headers["x-csrf-token"]}
        schema = schemathesis.openapi.from_asgi("/openapi.json", client.app, config=CONFIG)
        yield Served(schema, headers, REAL | {"plan_id": job["id"], "token": token})


@pytest.mark.parametrize("operation", sorted({*MAY, *OPEN} - UNTRIED))
def test_no_operation_answers_with_a_server_error_or_with_what_it_does_not_tell_of(
    served: Served, operation: str
) -> None:
    method, path = operation.split(" ", 1)

    @given(case=served.schema[path][method].as_strategy(), real=st.booleans())
    @settings(
        max_examples=12,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def tried(case: schemathesis.Case[Any], *, real: bool) -> None:
        if real:
            case.path_parameters = {name: served.real.get(name, value) for name, value in case.path_parameters.items()}
        case.call_and_validate(headers=served.headers)

    tried()
