"""Files and shapes that people send: capped, counted, and opened where they can do no harm.

A workbook is read in a process of its own with limits on memory and time: a tiny file may unpack to gigabytes. Shapes
come as GeoJSON geometry and are built number by number; no driver ever guesses at them (VRT content named ``.geojson``
can read local files, and deeply nested collections bring down parsers).
"""

from __future__ import annotations

import asyncio
import math
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from fastapi import Request
from shapely import MultiPolygon, Polygon

from api.errors import BodyTooBigError, UploadTooHardError
from api.processes import apart
from geo.errors import Fault, InputError
from geo.text import Text
from geo.validity import polygon_problem

LARGEST = 20 * 2**20
"""Bytes of a workbook."""

LARGEST_ROADS = 200 * 2**20
"""Bytes of a road file; all of Shanghai takes about 60 MB."""

MEMORY = 3 * 2**30
TIME = 60.0
"""Bytes and seconds that reading one may take."""

VERTICES = 50_000

T = TypeVar("T")


async def read_upload(request: Request, file: Path, largest: int = LARGEST) -> None:
    """Write a request's body to `file`; raise `BodyTooBigError` once it is longer than it may be."""
    size = 0
    with file.open("wb") as out:
        async for part in request.stream():
            size += len(part)
            if size > largest:
                raise BodyTooBigError(Text(f"文件最大 {largest // 2**20} MB", f"{largest // 2**20} MB at most"))
            out.write(part)


async def read_bytes(request: Request, largest: int) -> bytes:
    """Return a request's body; raise `BodyTooBigError` once it is longer than `largest` bytes."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > largest:
            raise BodyTooBigError(Text(f"文件最大 {largest // 2**20} MB", f"{largest // 2**20} MB at most"))
        parts.append(part)
    return b"".join(parts)


async def within_limits(work: Callable[[], T], folder: Path) -> T:
    """Return what `work`, which can be pickled, makes in a process of its own; what it raises is raised here.

    Raises
    ------
    UploadTooHardError
        Where it took too much memory or time.
    """
    return await asyncio.to_thread(_within_limits, work, folder)


def _within_limits(work: Callable[[], T], folder: Path) -> T:
    answer = folder / "answer.pickle"
    process = apart().Process(target=_answer, args=(work, answer), daemon=True)
    process.start()
    process.join(TIME)
    if process.is_alive():
        process.kill()
        process.join()
    if not answer.is_file():
        raise UploadTooHardError(
            Text("文件太复杂,读不完;请检查是否损坏", "The file takes too much to read: check whether it is damaged")
        )
    kind, made = pickle.loads(answer.read_bytes())  # noqa: S301 - our own process wrote it
    if kind == "faults":
        raise InputError(made)
    found: T = made
    return found


def _answer(work: Callable[[], Any], answer: Path) -> None:
    _limit_memory()
    try:
        said = ("made", work())
    except InputError as error:
        said = ("faults", error.faults)
    except MemoryError:
        return
    unfinished = answer.with_suffix(".new")
    unfinished.write_bytes(pickle.dumps(said))
    unfinished.replace(answer)


def _limit_memory() -> None:
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def geometry_of(geometry: dict[str, Any]) -> Polygon | MultiPolygon:
    """Return the shape of a GeoJSON geometry; raise `InputError` where it is no valid outline in WGS84."""
    shape = drawn_shape(geometry)
    found = polygon_problem(shape)
    if found is not None:
        code, problem, mend = found
        raise InputError([Fault(code, "geometry", None, "coordinates", problem, mend)])
    return shape


def drawn_shape(geometry: dict[str, Any]) -> Polygon | MultiPolygon:
    """Return the shape of a GeoJSON geometry, which may cross itself; raise `InputError` where it is none at all."""
    try:
        return _shape(geometry)
    except (ValueError, TypeError, KeyError, IndexError) as error:
        problem = Text(f"不是可用的边界({error})", f"Not a usable outline ({error})")
        mend = Text("给出 WGS84 的 GeoJSON Polygon 或 MultiPolygon", "Give a GeoJSON Polygon or MultiPolygon in WGS84")
        raise InputError([Fault("broken_geometry", "geometry", None, "coordinates", problem, mend)]) from error


def _shape(geometry: dict[str, Any]) -> Polygon | MultiPolygon:
    kind, given = geometry["type"], geometry["coordinates"]
    if kind not in {"Polygon", "MultiPolygon"} or not isinstance(given, list):
        msg = f"{str(kind)[:40]}"
        raise ValueError(msg)
    polygons = [given] if kind == "Polygon" else given
    counted = sum(len(ring) for polygon in polygons for ring in polygon)
    if counted > VERTICES:
        msg = f"{counted} > {VERTICES}"
        raise ValueError(msg)
    shapes = [Polygon(list(_ring(polygon[0])), [list(_ring(hole)) for hole in polygon[1:]]) for polygon in polygons]
    return shapes[0] if kind == "Polygon" else MultiPolygon(shapes)


def _ring(points: list[list[float]]) -> Iterator[tuple[float, float]]:
    for point in points:
        lon, lat = float(point[0]), float(point[1])
        if not (math.isfinite(lon) and math.isfinite(lat) and -180 <= lon <= 180 and -90 <= lat <= 90):
            msg = f"{lon}, {lat}"
            raise ValueError(msg)
        yield lon, lat
