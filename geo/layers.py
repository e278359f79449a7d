"""Vector layers: GeoJSON, GeoPackage and zipped Shapefile, and no other driver of GDAL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from geo.errors import RefusedError
from geo.geojson import parse_geojson
from geo.layer import Layer, refusal
from geo.ogr_layers import parse_geopackage, parse_shapefile
from geo.tables import Table, read_bytes
from geo.text import Text

LAYER_SUFFIXES = (".geojson", ".json", ".gpkg", ".zip")


def read_layer(path: Path, layer_names: Sequence[str] = ()) -> Layer:
    """Read a layer file; of several layers in a GeoPackage, the one called by one of `layer_names`.

    What is wrong with the file is in the layer's table: this function raises nothing.
    """
    data, faults = read_bytes(path)
    if faults:
        return Layer(Table(path.name, faults=faults), {})
    readers: dict[str, Callable[[], Layer]] = {
        ".geojson": lambda: parse_geojson(data, path.name),
        ".json": lambda: parse_geojson(data, path.name),
        ".gpkg": lambda: parse_geopackage(data, path.name, layer_names),
        ".zip": lambda: parse_shapefile(data, path.name),
    }
    try:
        return readers.get(path.suffix.lower(), _refuse)()
    except RefusedError as error:
        return Layer(Table(path.name, faults=(error.fault(path.name),)), {})


def _refuse() -> Layer:
    problem = Text("不能读取这种图层文件", "Layer files of this kind cannot be read")
    mend = Text("请用 .geojson、.gpkg 或打包成 .zip 的 Shapefile", "Use .geojson, .gpkg or a Shapefile packed as .zip")
    raise refusal("file_kind", problem, mend)
