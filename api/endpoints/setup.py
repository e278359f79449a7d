"""From an empty database to a squad: the first account, a squad from its workbook or from the example, its roads."""

from __future__ import annotations

import asyncio
import tempfile
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field, StringConstraints

from api.case_schemas import Id
from api.endpoints.accounts import Me, begin
from api.endpoints.answers import FAULTS, GUARDED, PROBLEM, REFUSED
from api.endpoints.squads import UPLOAD, Imported, imported
from api.errors import ForbiddenError, TooOftenError, UploadTooHardError
from api.exchange.squad_files import Loaded
from api.exchange.squad_files import load_squad as read_files
from api.inside import Now, SettingsInUse, Store
from api.problems import language_of
from api.records import import_squad, keep_roads
from api.schemas import Strict
from api.security.access import Keeps, KeepsAccounts, require_own_page
from api.security.accounts import SHORTEST_PASSWORD, add_account, password_fits
from api.security.first_code import code_fits, forget_code
from api.security.limits import Limiter
from api.security.roles import Principal, Role
from api.storage.audit import note
from api.storage.engine import writing
from api.storage.scope import EVERYBODY, about
from api.storage.squads import change_roads, require_squad
from api.uploads import LARGEST_ROADS, read_upload, within_limits
from geo.errors import Fault, InputError, RoadNetworkError
from geo.roads import read_roads
from geo.text import Text

router = APIRouter(prefix="/api", tags=["squads"])

EXAMPLE = "jiading"
PBF = "application/vnd.openstreetmap.data+pbf"
ROAD_UPLOAD = {"requestBody": {"required": True, "content": {PBF: {"schema": {"type": "string", "format": "binary"}}}}}


class FirstAccount(Strict):
    """Whoever sets the service up; `code` is in the address that ``wuzao serve`` prints."""

    code: Annotated[str, Field(max_length=100)]
    name: Id
    password: Annotated[str, StringConstraints(min_length=SHORTEST_PASSWORD, max_length=200)]


@router.post(
    "/first-account",
    status_code=201,
    tags=["accounts"],
    responses={
        **FAULTS,
        403: {**PROBLEM, "description": "there is an account already, or the code is another one"},
        429: {**PROBLEM, "description": "too many attempts from one address"},
    },
)
def make_first_account(
    given: FirstAccount, request: Request, response: Response, store: Store, settings: SettingsInUse, now: Now
) -> Me:
    """Make the first account, an administrator's, and sign him in: only while there is none."""
    require_own_page(request)
    limiter: Limiter = request.app.state.sign_ins
    if not limiter.admits(request.client.host if request.client else "", now):
        raise TooOftenError(Text("尝试太频繁,请稍后再试", "Too many attempts: try again later"))
    with about(EVERYBODY), writing(store) as connection:
        if not code_fits(connection, settings.data, given.code):
            raise ForbiddenError(
                Text(
                    "已经设置过,请直接登录;或链接不对,请用 wuzao serve 打印的那条",
                    "It is set up already: sign in. Or use the address that wuzao serve printed",
                )
            )
        add_account(connection, given.name, given.password, Role.ADMINISTRATOR, None)
        note(connection, now, given.name, "account made", given.name, detail={"role": Role.ADMINISTRATOR.value})
        account = password_fits(connection, given.name, given.password, now)
    forget_code(settings.data)
    return begin(request, response, store, account, now)


@router.post("/squads", status_code=201, responses=REFUSED | FAULTS | GUARDED, openapi_extra=UPLOAD)
async def found_squad(
    request: Request, who: KeepsAccounts, store: Store, settings: SettingsInUse, now: Now
) -> Imported:
    """Take in the workbook of a squad that is new here: all of it, or every fault of every row."""
    _of_all_squads(who)
    with tempfile.TemporaryDirectory(prefix="wuzao-") as folder:
        file = Path(folder) / "squad.xlsx"
        await read_upload(request, file)
        loaded: Loaded = await within_limits(partial(read_files, file, sent=True), Path(folder))
    squad = await asyncio.to_thread(import_squad, store, settings.data, loaded, now, who.name, new=True)
    return imported(squad, loaded.warnings, language_of(request))


@router.post("/squads/example", status_code=201, responses=REFUSED | GUARDED)
def found_example(request: Request, who: KeepsAccounts, store: Store, settings: SettingsInUse, now: Now) -> Imported:
    """Take in the invented squad that comes along: to look around, to try things on."""
    _of_all_squads(who)
    with as_file(files("examples") / EXAMPLE) as folder:
        loaded = read_files(folder)
        with about(loaded.squad.id):
            squad = import_squad(store, settings.data, loaded, now, who.name, new=True)
    return imported(squad, loaded.warnings, language_of(request))


@router.put(
    "/squads/{squad_id}/roads",
    status_code=204,
    responses=REFUSED | FAULTS,
    openapi_extra=ROAD_UPLOAD,
    response_model=None,
)
async def change_road_file(
    squad_id: str, request: Request, who: Keeps, store: Store, settings: SettingsInUse, now: Now
) -> None:
    """Take in the squad's road file (``.osm.pbf``): travel times follow the roads from the next plan on."""
    with tempfile.TemporaryDirectory(prefix="wuzao-") as folder:
        file = Path(folder) / "roads.osm.pbf"
        await read_upload(request, file, LARGEST_ROADS)
        try:
            await within_limits(partial(_require_roads, file), Path(folder))
        except UploadTooHardError:
            raise _no_roads(Text("读不完", "it takes too much to read")) from None
        roads = await asyncio.to_thread(keep_roads, settings.data, file)
    with writing(store) as connection:
        require_squad(connection, squad_id)
        change_roads(connection, squad_id, roads)
        note(connection, now, who.name, "roads changed", squad_id, squad_id=squad_id)


def _require_roads(file: Path) -> None:
    """Read a road file once: what cannot be planned with is told at the door."""
    try:
        read_roads(file, "car")
    except RoadNetworkError as error:
        raise _no_roads(Text("读不出可以开车的路", f"no road for a car is found in it ({error})")) from error


def _no_roads(why: Text) -> InputError:
    problem = Text(f"不是可用的路网文件:{why.zh}", f"Not a usable road file: {why.en}")
    mend = Text("下载本区的 .osm.pbf 格式路网", "Get an extract of the district as .osm.pbf")
    return InputError([Fault("not_a_pbf", "roads.osm.pbf", None, None, problem, mend)])


def _of_all_squads(who: Principal) -> None:
    if who.squad_id is not None:
        raise ForbiddenError(Text("只有全局管理员能新建中队", "Only an administrator of all squads may found one"))
