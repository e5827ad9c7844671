"""Reads FHIR's XML into the shape of its JSON. No entities, nothing from outside, not too deep.

An element with a `value` becomes that text; one that comes again becomes a list; the resource
inside `resource` or `contained` becomes an object that knows its `resourceType`.
"""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import XMLParser

from lacrima.errors import BadForm
from lacrima.formats.fhir.shapes import Shape
from lacrima.formats.fhir.xml_out import NAMESPACE
from lacrima.formats.filled.json_text import MAX_BYTES, MAX_DEPTH, too_deep

_IN_FHIR = f"{{{NAMESPACE}}}"
_VALUE = "\0value"


def read_xml(data: bytes) -> Shape:
    """The resource in an XML file, shaped as FHIR's JSON; all primitives are text.

    The encoding is the file's own: UTF-8, or UTF-16 with its mark. Raises BadForm for anything
    that is not well-formed XML of FHIR, is larger than 50 MB, deeper than 100, or declares a
    document type or an entity.
    """
    if len(data) > MAX_BYTES:
        raise BadForm(
            f"a file larger than {MAX_BYTES // 1_000_000} MB",
            expected="answers of one practice",
            next_step="Cut it into several files",
        )
    builder = _Builder()
    try:
        parser = XMLParser(target=builder, forbid_dtd=True)
        parser.feed(data)
        parser.close()
    except DefusedXmlException as mistake:
        raise BadForm(
            "XML that declares a document type or entities",
            expected="plain XML, as FHIR is written",
            next_step="Such declarations can hide a trap, so they are never read",
        ) from mistake
    except ParseError as mistake:
        raise BadForm(
            "text that is no well-formed XML",
            where=f"line {mistake.position[0]}",
            expected="FHIR in XML",
        ) from mistake
    except (ValueError, LookupError) as mistake:
        raise BadForm("XML in an encoding that is not known", expected="UTF-8") from mistake
    return builder.resource()


class _Builder:
    """What the parser tells, element by element; keeps its own stack, so depth is bounded."""

    def __init__(self) -> None:
        self._top: Shape = {}
        self._stack: list[Shape] = [self._top]
        self._foreign = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._stack) + self._foreign > MAX_DEPTH:
            raise too_deep()
        if self._foreign or not tag.startswith(_IN_FHIR):
            self._foreign += 1
            return
        name = tag.removeprefix(_IN_FHIR)
        node = self._stack[-1] if name[:1].isupper() else {}
        if name[:1].isupper():
            node["resourceType"] = name
        elif "value" in attributes:
            node[_VALUE] = attributes["value"]
        node.update({key: attributes[key] for key in ("url", "id") if key in attributes})
        self._stack.append(node)

    def end(self, tag: str) -> None:
        if self._foreign:
            self._foreign -= 1
            return
        node = self._stack.pop()
        name = tag.removeprefix(_IN_FHIR)
        if name[:1].isupper():
            return
        _put(self._stack[-1], name, node.get(_VALUE, node))

    def close(self) -> None:
        """Nothing is left to do at the end of the file."""

    def resource(self) -> Shape:
        if "resourceType" not in self._top:
            raise BadForm(
                "XML that is not FHIR's", expected=f"elements of the namespace {NAMESPACE}"
            )
        return self._top


def _put(parent: Shape, name: str, value: Any) -> None:
    if name not in parent:
        parent[name] = value
    elif isinstance(parent[name], list):
        parent[name].append(value)
    else:
        parent[name] = [parent[name], value]
