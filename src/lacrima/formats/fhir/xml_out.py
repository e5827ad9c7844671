"""A FHIR resource as XML: the same values as the JSON, in the order in which they stand there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from lacrima.formats.fhir.shapes import Shape
from lacrima.formats.fhir.values import check_characters

NAMESPACE = "http://hl7.org/fhir"
_IN_ATTRIBUTES = {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}


def to_xml(resource: Shape) -> bytes:
    """A resource as XML in UTF-8, two blanks a step, always the same bytes.

    Raises BadInput where a text holds characters that XML cannot.

    >>> print(to_xml({"resourceType": "Basic", "id": "a"}).decode().splitlines()[1])
    <Basic xmlns="http://hl7.org/fhir">
    """
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', *_resource(resource, 0, NAMESPACE)]
    text = "\n".join(lines) + "\n"
    check_characters(text, "XML")
    return text.encode()


def _resource(resource: Shape, depth: int, namespace: str = "") -> Iterator[str]:
    name = resource["resourceType"]
    inner = {key: value for key, value in resource.items() if key != "resourceType"}
    declared = f" xmlns={quoteattr(namespace)}" if namespace else ""
    yield f"{'  ' * depth}<{escape(name)}{declared}>"
    yield from _children(inner, depth + 1)
    yield f"{'  ' * depth}</{escape(name)}>"


def _children(shape: Shape, depth: int) -> Iterator[str]:
    for key, value in shape.items():
        for each in value if isinstance(value, list) else [value]:
            yield from _element(key, each, depth)


def _element(name: str, value: Any, depth: int) -> Iterator[str]:
    space = "  " * depth
    if not isinstance(value, dict):
        yield f"{space}<{name} value={quoteattr(_primitive(value), _IN_ATTRIBUTES)}/>"
        return
    is_extension = name == "extension"
    url = f" url={quoteattr(value['url'], _IN_ATTRIBUTES)}" if is_extension else ""
    yield f"{space}<{name}{url}>"
    if "resourceType" in value:
        yield from _resource(value, depth + 1)
    else:
        inner = {key: each for key, each in value.items() if not (is_extension and key == "url")}
        yield from _children(inner, depth + 1)
    yield f"{space}</{name}>"


def _primitive(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
