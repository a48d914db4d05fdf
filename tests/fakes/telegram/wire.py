"""How a request's parameters arrive: query, JSON, urlencoded or multipart, all in one ``Params``."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

from aiohttp import web

from tests.fakes.telegram.errors import bad_request, too_large

MAX_REQUEST_BYTES = 51 * 1024 * 1024

_HEADER_PARAMETER = re.compile(r';\s*([\w*-]+)=(?:"((?:[^"\\]|\\.)*)"|([^;]*))')
_TRUE = {"true", "yes", "1"}
_STRUCTURED = {
    "allowed_updates",
    "caption_entities",
    "commands",
    "entities",
    "link_preview_options",
    "media",
    "reaction",
    "reply_markup",
    "reply_parameters",
    "results",
    "scope",
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a request."""

    filename: str
    content_type: str | None
    content: bytes = field(repr=False)


class Params(Mapping[str, Any]):
    """The parameters of one call. Structured ones that came as JSON text are given parsed."""

    def __init__(self, values: dict[str, Any], uploads: dict[str, Upload]) -> None:
        self._values = {name: _parsed(name, value) for name, value in values.items()}
        self.uploads = uploads

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Params({self._values!r}, uploads={list(self.uploads.values())!r})"

    def text(self, name: str, default: str = "") -> str:
        """A parameter as text."""
        value = self._values.get(name)
        return default if value is None else str(value)

    def flag(self, name: str) -> bool:
        """A parameter as a boolean."""
        return self.text(name).lower() in _TRUE

    def integer(self, name: str) -> int | None:
        """A parameter as a number; None when absent or no number."""
        try:
            return int(self.text(name))
        except ValueError:
            return None

    def bounded(self, name: str, default: int, lowest: int, highest: int) -> int:
        """A number pressed into its bounds, as the real server does with limit and timeout."""
        value = self.integer(name)
        return default if value is None else max(lowest, min(highest, value))

    def json_object(self, name: str) -> dict[str, Any] | None:
        """A structured parameter; None when absent."""
        value = self._structured(name)
        if value is None or isinstance(value, dict):
            return value
        raise bad_request(f"object expected as {name.replace('_', ' ')}")

    def json_array(self, name: str) -> list[Any] | None:
        """A list parameter; None when absent."""
        value = self._structured(name)
        if value is None or isinstance(value, list):
            return value
        raise bad_request(f"expected an Array of {name.replace('_', ' ')}")

    def _structured(self, name: str) -> Any:
        value = self._values.get(name)
        return None if value == "" else value


def _parsed(name: str, value: Any) -> Any:
    """JSON text of a structured parameter as what it says; anything else as it is."""
    if name in _STRUCTURED and isinstance(value, str) and value:
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None
    return value


async def read_params(request: web.Request) -> Params:
    """Read all parameters of a request. Raises 413 when it is over the upload limit."""
    try:
        body = await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise too_large() from None
    values: dict[str, Any] = dict(request.query)
    uploads: dict[str, Upload] = {}
    if request.content_type == "application/json" and body:
        values |= _json_body(body)
    elif request.content_type == "application/x-www-form-urlencoded":
        values |= dict(parse_qsl(body.decode(), keep_blank_values=True))
    elif request.content_type == "multipart/form-data":
        _read_multipart(request.headers["Content-Type"], body, values, uploads)
    return Params(values, uploads)


def _json_body(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(content, dict):
        raise bad_request("JSON object expected")
    return content


def _read_multipart(
    content_type: str, body: bytes, values: dict[str, Any], uploads: dict[str, Upload]
) -> None:
    """Take a form apart. By hand, because aiohttp's reader refuses an unquoted ``filename=论文.pdf``."""
    boundary = _header_parameters(content_type).get("boundary")
    if not boundary:
        raise bad_request("boundary not found")
    delimiter = b"--" + boundary.encode()
    for part in (b"\r\n" + body).split(b"\r\n" + delimiter)[1:]:
        if part.startswith(b"--"):
            return
        head, _, content = part.partition(b"\r\n\r\n")
        _read_part(head.decode("utf-8", "replace"), content, values, uploads)
    raise bad_request("the last boundary of the form is missing")


def _read_part(head: str, content: bytes, values: dict[str, Any], uploads: dict[str, Upload]) -> None:
    headers = dict(line.split(":", 1) for line in head.split("\r\n") if ":" in line)
    headers = {name.strip().lower(): value.strip() for name, value in headers.items()}
    disposition = _header_parameters(headers.get("content-disposition", ""))
    name = disposition.get("name")
    if not name:
        raise bad_request("a part of the form has no name")
    filename = disposition.get("filename")
    if "filename*" in disposition:
        filename = unquote(disposition["filename*"].rpartition("''")[2])
    if filename is None:
        values[name] = content.decode("utf-8", "replace")
    else:
        uploads[name] = Upload(filename, headers.get("content-type"), content)


def _header_parameters(header: str) -> dict[str, str]:
    """``form-data; name="a"; filename=论文.pdf`` → the names and values, quoted or not."""
    found = {}
    for name, quoted, plain in _HEADER_PARAMETER.findall(header):
        found[name.lower()] = re.sub(r"\\(.)", r"\1", quoted) if quoted else plain.strip()
    return found
