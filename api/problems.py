"""Errors over HTTP as RFC 9457 problem details, from one table of error and status."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError, OperationalError
from starlette.exceptions import HTTPException

from api import errors
from api.faults import fault_to_dict, text_to_dict
from api.storage.engine import not_reached
from casework.errors import CaseworkError, WrongStageError, WrongTimeError
from geo.errors import InputError
from geo.text import Language, Text, same
from planner.errors import ImpossibleMoveError, PlanFileError

MEDIA_TYPE = "application/problem+json"

STATUS: dict[type[Exception], tuple[HTTPStatus, Text]] = {
    InputError: (HTTPStatus.UNPROCESSABLE_ENTITY, Text("中队数据有错", "The squad's files have faults")),
    errors.UnknownSquadError: (HTTPStatus.NOT_FOUND, Text("没有这个中队", "No such squad")),
    errors.UnknownPlanError: (HTTPStatus.NOT_FOUND, Text("没有这份计划", "No such plan")),
    errors.UnknownPageError: (HTTPStatus.NOT_FOUND, Text("没有这个页面", "No such page")),
    errors.UnknownCaseError: (HTTPStatus.NOT_FOUND, Text("没有这个案件", "No such case")),
    errors.UnknownRecordError: (HTTPStatus.NOT_FOUND, Text("没有这条记录", "No such record")),
    errors.NotSignedInError: (HTTPStatus.UNAUTHORIZED, Text("未登录", "Not signed in")),
    errors.SignInError: (HTTPStatus.UNAUTHORIZED, Text("登录失败", "Not signed in")),
    errors.ForbiddenError: (HTTPStatus.FORBIDDEN, Text("没有权限", "Not allowed")),
    errors.ForgedError: (HTTPStatus.FORBIDDEN, Text("请求来源不对", "Not from a page of ours")),
    errors.StaleError: (HTTPStatus.PRECONDITION_FAILED, Text("内容已被别人更改", "Changed by somebody else")),
    errors.OfficerBusyError: (HTTPStatus.CONFLICT, Text("队员正忙", "The officer is busy")),
    WrongStageError: (HTTPStatus.CONFLICT, Text("案件进度不符", "Not at this stage")),
    WrongTimeError: (HTTPStatus.UNPROCESSABLE_ENTITY, Text("时间不对", "The time does not fit")),
    errors.FutureStepError: (HTTPStatus.UNPROCESSABLE_ENTITY, Text("时间不对", "The time does not fit")),
    errors.PlaceReasonError: (HTTPStatus.UNPROCESSABLE_ENTITY, Text("需说明原因", "A reason is wanted")),
    errors.NobodyComesError: (HTTPStatus.CONFLICT, Text("来不了", "Cannot come")),
    errors.NothingChangesError: (HTTPStatus.CONFLICT, Text("计划不变", "Nothing changes")),
    errors.BackupError: (HTTPStatus.INTERNAL_SERVER_ERROR, Text("备份有误", "The backup failed")),
    errors.DatabaseError: (HTTPStatus.INTERNAL_SERVER_ERROR, Text("数据库不合要求", "The database does not fit")),
    errors.MoveError: (HTTPStatus.CONFLICT, Text("搬不了", "Cannot be moved")),
    errors.OfficerUnknownError: (HTTPStatus.UNPROCESSABLE_ENTITY, Text("没有这名队员", "No such officer")),
    errors.KeyReusedError: (HTTPStatus.UNPROCESSABLE_ENTITY, Text("幂等键重复", "The key was used before")),
    errors.WrongAccountError: (HTTPStatus.UNPROCESSABLE_ENTITY, Text("账号信息不对", "The account cannot be made")),
    errors.PlanStateError: (HTTPStatus.CONFLICT, Text("计划状态不符", "Not in this state")),
    errors.OtherSquadError: (HTTPStatus.UNPROCESSABLE_ENTITY, Text("不是这个中队的", "Of another squad")),
    errors.SquadExistsError: (HTTPStatus.CONFLICT, Text("中队已存在", "The squad is there already")),
    PlanFileError: (HTTPStatus.UNPROCESSABLE_ENTITY, Text("计划或事件有错", "The plan or event has faults")),
    ImpossibleMoveError: (HTTPStatus.CONFLICT, Text("做不到", "That cannot be done")),
    errors.PlanNotReadyError: (HTTPStatus.CONFLICT, Text("计划未完成", "The plan is not finished")),
    errors.SquadBusyError: (HTTPStatus.CONFLICT, Text("该中队正在编制计划", "The squad's plan is being made")),
    errors.PlanCancelledError: (HTTPStatus.GONE, Text("计划已取消", "The plan was cancelled")),
    errors.QueueFullError: (HTTPStatus.TOO_MANY_REQUESTS, Text("排队已满", "The queue is full")),
    errors.PlanTooLongError: (HTTPStatus.GATEWAY_TIMEOUT, Text("编制超时", "Planning took too long")),
    errors.PlanTooBigError: (HTTPStatus.INSUFFICIENT_STORAGE, Text("内存不够", "Not enough memory")),
    errors.BodyTooBigError: (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, Text("请求太长", "The request is too long")),
    errors.WrongFileError: (HTTPStatus.UNSUPPORTED_MEDIA_TYPE, Text("文件类型不收", "Not a file that is taken")),
    errors.PostsError: (HTTPStatus.UNPROCESSABLE_ENTITY, Text("岗位有误", "The posts do not fit")),
    errors.TooOftenError: (HTTPStatus.TOO_MANY_REQUESTS, Text("太频繁", "Too often")),
    errors.UploadTooHardError: (HTTPStatus.UNPROCESSABLE_ENTITY, Text("文件读不完", "Too much to read")),
    errors.PlanCrashedError: (HTTPStatus.INTERNAL_SERVER_ERROR, Text("编制中断", "Planning broke down")),
}
"""Every error that a request may meet, with its status and its title."""

LANGUAGE_COOKIE = "wuzao-language"

INVALID = Text("请求的内容不对", "The request is not understood")
UNKEPT = Text("有存不下的字符或数字", "A sign or a number in it cannot be kept")
UNREACHED = Text("记录暂时读写不了", "The records cannot be reached at the moment")
UNCONFIRMED = Text(
    "数据库没有回应或正忙,这一步没有得到确认:请稍后看一看,没有就再做一次",
    "The database does not answer or is busy, nothing was confirmed: look again in a while, and repeat what is missing",
)
BROKEN = Text("服务器出错,请查看日志", "The server failed: see its log")


def language_of(request: Request) -> Language:
    """Return the language asked for: ``?lang=``, else as a page last was, else by ``Accept-Language``, else Chinese."""
    asked = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
    asked = asked or request.headers.get("accept-language", "")
    return "en" if asked.lower().startswith("en") else "zh"


def problem_of(error: Exception, language: Language) -> dict[str, Any]:
    """Return an error of the table as the members of a problem document."""
    status, title = STATUS[type(error)]
    problem: dict[str, Any] = {
        "type": f"urn:wuzao:problem:{_name(error)}",
        "title": title.say(language),
        "status": int(status),
    }
    if isinstance(error, InputError | PlanFileError):
        problem["detail"] = "\n".join(fault.say(language) for fault in error.faults)
        problem["faults"] = [fault_to_dict(fault) for fault in error.faults]
    elif isinstance(error, errors.ApiError | CaseworkError | ImpossibleMoveError):
        problem["detail"] = error.message.say(language)
        problem["message"] = text_to_dict(error.message)
    return problem


def install(app: FastAPI) -> None:
    """Let `app` answer every error with a problem document."""
    for kind in STATUS:
        app.add_exception_handler(kind, _of_the_table)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DataError, _not_kept)
    app.add_exception_handler(OperationalError, _not_reached)
    app.add_exception_handler(Exception, _unforeseen)


def _name(error: Exception) -> str:
    words = "".join(f"-{sign.lower()}" if sign.isupper() else sign for sign in type(error).__name__)
    return words.lstrip("-").removesuffix("-error")


def _respond(problem: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse(problem, status_code=problem["status"], headers=headers, media_type=MEDIA_TYPE)


def answer(request: Request, error: Exception) -> JSONResponse:
    """Return the answer to a request that met an error of the table."""
    headers = {"Retry-After": "30"} if isinstance(error, errors.QueueFullError | errors.TooOftenError) else None
    return _respond(problem_of(error, language_of(request)), headers)


async def _of_the_table(request: Request, error: Exception) -> JSONResponse:
    return answer(request, error)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    """Name each field that is wrong; what was sent is not sent back, for it may not be JSON (NaN)."""
    found = error.errors() if isinstance(error, RequestValidationError) else []
    fields = [
        {"field": ".".join(str(part) for part in item["loc"] if part != "body"), "problem": item["msg"]}
        for item in found
    ]
    return _respond(
        {
            "type": "urn:wuzao:problem:invalid-request",
            "title": INVALID.say(language_of(request)),
            "status": int(HTTPStatus.UNPROCESSABLE_ENTITY),
            "detail": "; ".join(f"{item['field']}: {item['problem']}" for item in fields),
            "errors": fields,
        }
    )


async def _http(request: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    titles = {404: Text("没有这个地址", "No such address"), 405: Text("这里不能这样做", "Not allowed here")}
    title = titles.get(status, same(HTTPStatus(status).phrase))
    headers = error.headers if isinstance(error, HTTPException) else None
    return _respond({"type": "about:blank", "title": title.say(language_of(request)), "status": status}, headers)


async def _not_kept(request: Request, _: Exception) -> JSONResponse:
    """Answer where PostgreSQL refuses a value that SQLite would take: the sign NUL, a number beyond its column."""
    problem = {"type": "urn:wuzao:problem:invalid-request", "title": INVALID.say(language_of(request)), "status": 422}
    return _respond({**problem, "detail": UNKEPT.say(language_of(request))})


async def _not_reached(request: Request, error: Exception) -> JSONResponse:
    """Answer where a database does not answer, or somebody else writes for too long; any other failure is ours."""
    if not not_reached(error):
        raise error
    structlog.get_logger().warning("records not reached")
    problem = {"type": "urn:wuzao:problem:records-not-reached", "title": UNREACHED.say(language_of(request))}
    told = {**problem, "status": 503, "detail": UNCONFIRMED.say(language_of(request))}
    return _respond(told, {"Retry-After": "5"})


async def _unforeseen(request: Request, _: Exception) -> JSONResponse:
    return _respond({"type": "about:blank", "title": BROKEN.say(language_of(request)), "status": 500})
