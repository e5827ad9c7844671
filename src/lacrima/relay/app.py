"""What comes in and what is answered: the routes, as a WSGI application."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from lacrima import errors
from lacrima.relay import answers
from lacrima.relay.answers import Answer
from lacrima.relay.call import Call, TooLarge, Unreadable
from lacrima.relay.client_routes import ClientRoutes
from lacrima.relay.keeper import Keeper
from lacrima.relay.practice_routes import PracticeRoutes
from lacrima.relay.rates import Buckets, Rate, Rates
from lacrima.relay.sources import source_of

LOG = logging.getLogger("lacrima.relay")
ONE_LINE_A_MINUTE = Rate(1, 1 / 60)
FULL = "Something was refused for lack of room. `relay mailboxes` says how full each mailbox is."
Handler = Callable[[Call], Answer]
StartResponse = Callable[[str, list[tuple[str, str]]], Any]


@dataclass(frozen=True)
class Route:
    """A path with its names in hex, and who answers by which method."""

    path: re.Pattern[str]
    handlers: Mapping[str, Handler]

    @property
    def methods(self) -> str:
        """The methods, for whoever tried another."""
        return ", ".join(sorted({*self.handlers, *(["HEAD"] if "GET" in self.handlers else [])}))


class Application:
    """The relay as any WSGI server sees it. Safe for many threads."""

    def __init__(
        self,
        keeper: Keeper,
        *,
        rates: Rates | None = None,
        page: Answer | None = None,
        is_behind_proxy: bool = False,
    ) -> None:
        """Over what is kept; with `page` it hosts the page at `/` as well."""
        self._keeper, self._is_behind_proxy = keeper, is_behind_proxy
        self._rates, self._lines = rates or Rates(), Buckets(ONE_LINE_A_MINUTE)
        self._routes = self._all_routes(page)

    def __call__(
        self, environ: Mapping[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer one request, whatever it is."""
        answer = self._whatever_it_is(environ)
        if answer.status == HTTPStatus.INSUFFICIENT_STORAGE:
            self._note(FULL)
        start_response(answer.line, answer.all_headers())
        is_bare = environ.get("REQUEST_METHOD") == "HEAD" or not answer.body
        return [] if is_bare else [answer.body]

    def _whatever_it_is(self, environ: Mapping[str, Any]) -> Answer:
        try:
            return self._answer(environ)
        except Unreadable:
            return answers.BAD_REQUEST
        except TooLarge:
            return answers.TOO_LARGE
        except errors.FullDisk as error:
            self._note(error.sentence())
            return answers.NO_ROOM
        except errors.LacrimaError as error:
            self._note(error.sentence())
            return answers.NOT_NOW
        except Exception as error:  # noqa: BLE001  the last door
            self._note(f"A fault of ours: {place_of(error)}")
            return answers.OUR_FAULT

    def _answer(self, environ: Mapping[str, Any]) -> Answer:
        path, method = str(environ.get("PATH_INFO", "")), str(environ.get("REQUEST_METHOD", ""))
        source = source_of(environ, is_behind_proxy=self._is_behind_proxy)
        for route in self._routes:
            found = route.path.fullmatch(path)
            if found is None:
                continue
            handler = route.handlers.get("GET" if method == "HEAD" else method)
            if handler is None:
                return Answer(405, headers=(("Allow", route.methods),))
            return handler(Call(environ, tuple(map(bytes.fromhex, found.groups())), source))
        return answers.NOT_FOUND

    def _all_routes(self, page: Answer | None) -> tuple[Route, ...]:
        client = ClientRoutes(self._keeper, self._rates)
        practice = PracticeRoutes(self._keeper, self._rates)
        brief = {
            "GET": client.get_brief,
            "PUT": practice.put_brief,
            "DELETE": practice.delete_brief,
        }
        routes = (
            _route("/v1/briefs/NAME", brief),
            _route("/v1/letters/NAME/NAME", {"POST": client.post_letter}),
            _route("/v1/letters", {"GET": practice.list_letters}),
            _route("/v1/forget", {"POST": practice.forget}),
            _route("/v1/health", {"GET": lambda _: answers.DONE}),
        )
        if page is None:
            return routes
        return (*routes, _route("/", {"GET": self._host(page)}))

    def _host(self, page: Answer) -> Handler:
        packed = answers.packed(page)

        def answer(call: Call) -> Answer:
            if wait_s := self._rates.wait_of_client(call.source):
                return answers.too_many(wait_s)
            return packed if call.takes_gzip() else page

        return answer

    def _note(self, line: str) -> None:
        """One line into the log; the same at most once a minute. Never who asked, or for what."""
        if not self._lines.take(line.encode()):
            LOG.warning("%s", line)


def _route(path: str, handlers: Mapping[str, Handler]) -> Route:
    return Route(re.compile(path.replace("NAME", "([0-9a-f]{32})")), handlers)


def place_of(error: BaseException) -> str:
    """The kind of an error and the line it came from; nothing of what it says, nor of what came."""
    last = traceback.extract_tb(error.__traceback__)[-1:]
    where = f"{last[0].filename.rpartition('/')[2]}:{last[0].lineno}" if last else "nowhere"
    return f"{type(error).__name__} in {where}"
