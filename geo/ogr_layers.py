"""GeoPackage and zipped Shapefile, the two formats left to GDAL.

GDAL goes by content, not by name: it would follow a VRT called ``.gpkg`` to any file or address it points to. So the
first bytes are checked before GDAL sees a file, and only the known parts of a zip are unpacked.
"""

from __future__ import annotations

import math
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from shapely.geometry.base import BaseGeometry

from geo.cells import Cell
from geo.dbf import parse_dbf
from geo.decoding import header_key
from geo.errors import Fault, RefusedError
from geo.layer import Layer, properties_table, refusal, short
from geo.tables import Table
from geo.text import Text
from geo.zipped import unzip

_SHAPE_MAGIC = b"\0\0\x27\x0a"
_EMPTY = Text("文件里没有要素", "The file holds no feature")


def parse_geopackage(data: bytes, label: str, layer_names: Sequence[str]) -> Layer:
    """Read the only layer of a GeoPackage, or the one called by one of `layer_names`."""
    if not (data.startswith(b"SQLite format 3\0") and data[68:70] == b"GP"):
        raise refusal("not_a_geopackage", Text("不是 GeoPackage 文件", "Not a GeoPackage"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "layer.gpkg")
        path.write_bytes(data)
        return _read_ogr(path, label, "GPKG", layer_names)


def parse_shapefile(data: bytes, label: str) -> Layer:
    """Read a Shapefile packed with its companion files."""
    parts = _unpack(data)
    table = parse_dbf(parts[".dbf"], parts.get(".cpg"), label)
    with tempfile.TemporaryDirectory() as folder:
        for suffix in (".shp", ".shx", ".prj"):
            if suffix in parts:
                Path(folder, "layer" + suffix).write_bytes(parts[suffix])
        layer = _read_ogr(Path(folder, "layer.shp"), label, "ESRI Shapefile", ())
    if not table.faults and len(table.rows) != len(layer.shapes):
        counts = f"{len(layer.shapes)} ≠ {len(table.rows)}"
        problem = Text(f".shp 与 .dbf 的条数不同({counts})", f".shp and .dbf differ in length ({counts})")
        raise refusal("incomplete_shapefile", problem)
    faults = (*layer.table.faults, *table.faults)
    return Layer(Table(label, table.headers, table.rows, faults), layer.shapes, layer.own_system)


def _only_layer(path: Path, layer_names: Sequence[str]) -> str:
    layers = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
    wanted = {header_key(name) for name in layer_names}
    chosen = layers if len(layers) == 1 else [name for name in layers if header_key(name) in wanted]
    if len(chosen) == 1:
        return chosen[0]
    listed = "、".join(layers) or "0"
    problem = Text(f"图层有 {listed},不知道读哪一个", f"Its layers are {listed}: which one is meant?")
    raise refusal("several_layers", problem, Text("只留一个图层", "Keep one layer only"))


def _unpack(data: bytes) -> dict[str, bytes]:
    """Return the parts of the one Shapefile in a zip by suffix."""
    named = [(Path(name).suffix.lower(), part) for name, part in unzip(data).items() if not name.startswith("__MACOSX")]
    if [suffix for suffix, _ in named].count(".shp") > 1:
        problem = Text("压缩包里有多个 .shp", "The zip holds several .shp files")
        raise refusal("several_layers", problem, Text("只留一个图层", "Keep one layer only"))
    parts = dict(named)
    missing = [suffix for suffix in (".shp", ".shx", ".dbf") if suffix not in parts]
    if missing:
        listed = "、".join(missing)
        problem = Text(f"压缩包里缺少 {listed}", f"The zip lacks {listed}")
        raise refusal("incomplete_shapefile", problem, Text("把同名的几个文件一起打包", "Pack all its files together"))
    if not (parts[".shp"].startswith(_SHAPE_MAGIC) and parts[".shx"].startswith(_SHAPE_MAGIC)):
        raise refusal("not_a_shapefile", Text("不是 Shapefile", "Not a Shapefile"))
    return parts


def _read_ogr(path: Path, label: str, driver: str, layer_names: Sequence[str]) -> Layer:
    try:
        with warnings.catch_warnings(record=True) as remarks, np.errstate(invalid="ignore"):
            warnings.simplefilter("always")
            layer = _only_layer(path, layer_names)
            info = pyogrio.read_info(path, layer=layer)
            meta, _, shapes, columns = pyogrio.raw.read(path, layer=layer, force_2d=True)
            read = {number: _shape(wkb) for number, wkb in enumerate(shapes if shapes is not None else (), start=1)}
    except RefusedError:
        raise
    except Exception as error:  # a damaged file makes GDAL and pyogrio raise whatever they stumble on
        problem = Text(f"图层打不开({short(error)})", f"The layer cannot be opened ({short(error)})")
        raise refusal("broken_layer", problem) from error
    if info["driver"] != driver:
        raise refusal("file_kind", Text("文件内容与扩展名不符", "Content and file name disagree"))
    if not read:
        raise refusal("empty_file", _EMPTY)
    faults = list(_remarks(label, [str(remark.message) for remark in remarks]))
    names = [str(name) for name in meta["fields"]]
    properties = [
        {name: _value(column[index]) for name, column in zip(names, columns, strict=True)} for index in range(len(read))
    ]
    return Layer(properties_table(label, properties, faults), read, meta["crs"])


def _shape(wkb: bytes | None) -> BaseGeometry | None:
    return None if wkb is None else shapely.from_wkb(wkb)


def _remarks(label: str, remarks: Sequence[str]) -> Iterator[Fault]:
    for remark in dict.fromkeys(remarks):
        problem = Text(f"读图层时的提示:{remark}", f"Said while reading the layer: {remark}")
        mend = Text("在地图软件中核对", "Check it in the map program")
        yield Fault("layer_remark", label, None, None, problem, mend, "warning")


def _value(value: Any) -> Cell:  # noqa: ANN401  # a cell of a numpy column of any type
    if value is None or (isinstance(value, float | np.floating) and math.isnan(value)):
        return None
    if isinstance(value, np.datetime64):
        moment = value.astype("datetime64[s]").item()
        whole = isinstance(moment, datetime) and moment.hour == moment.minute == moment.second == 0
        return moment.date() if whole else moment  # type: ignore[no-any-return]  # numpy calls it Any
    plain = value.item() if isinstance(value, np.generic) else value
    return plain if isinstance(plain, str | int | float | bool | date) else str(plain)
