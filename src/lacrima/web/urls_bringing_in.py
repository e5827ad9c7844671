"""The addresses of bringing in a table, what came in, and the maps that are remembered."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lacrima.web.views import bringing_in, bringing_in_check, brought_in

_FILE = "bring-in/<uuid:file_id>"
_BATCH = "brought-in/<uuid:batch_id>"
_MAP = "bring-in/maps/<uuid:map_id>"

urlpatterns: list[URLPattern | URLResolver] = [
    path("bring-in", bringing_in.bring_in, name="bring-in"),
    path(_FILE, bringing_in.map_columns, name="bring-in-map"),
    path(f"{_FILE}/map", bringing_in.use_map_file, name="bring-in-map-file"),
    path(f"{_FILE}/map.toml", bringing_in.map_file, name="bring-in-map-download"),
    path(f"{_FILE}/check", bringing_in_check.check, name="bring-in-check"),
    path(f"{_FILE}/refusals", bringing_in_check.refusals, name="bring-in-refusals"),
    path(f"{_FILE}/let-go", bringing_in_check.let_go, name="bring-in-let-go"),
    path(_BATCH, brought_in.came, name="brought-in"),
    path(f"{_BATCH}/undo", brought_in.take_back, name="brought-in-undo"),
    path(_MAP, brought_in.map_change, name="column-map-change"),
    path(f"{_MAP}/forget", brought_in.map_forget, name="column-map-forget"),
    path(f"{_MAP}/map.toml", brought_in.map_download, name="column-map-download"),
]
