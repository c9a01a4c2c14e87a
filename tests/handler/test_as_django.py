"""One stack of middleware under Django's own handler and under this one: the same story, the same answer."""

from __future__ import annotations

import itertools
import sys
from typing import TYPE_CHECKING, Any

import pytest
from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.core import signals
from django.core.exceptions import MiddlewareNotUsed, PermissionDenied
from django.core.handlers.asgi import ASGIHandler
from django.http import Http404, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.utils.deprecation import MiddlewareMixin

from betterworker.handler import known
from tests.handler.project.sites import STARTPROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

    from tests.handler.conftest import Serve

STORY: list[str] = []
#: Place (a middleware's hook, or the view) -> what happens there instead.
TURNS: dict[str, str] = {}


def turn(place: str) -> HttpResponse | None:
    STORY.append(place)
    match TURNS.get(place):
        case "answer":
            return HttpResponse(f"answered by {place}")
        case "raise":
            raise LookupError(place)
        case "deny":
            raise PermissionDenied
        case "miss":
            raise Http404
    return None


class Told(MiddlewareMixin):
    """All hooks there are."""

    def _at(self, hook: str) -> HttpResponse | None:
        return turn(f"{type(self).__name__}.{hook}")

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        return self._at("request")

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        return self._at("view")

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        answer = self._at(f"response({response.status_code})")
        if answer is not None:
            return answer
        response["Via"] = response.get("Via", "") + type(self).__name__
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return self._at("exception")

    def process_template_response(
        self, request: HttpRequest, response: SimpleTemplateResponse
    ) -> SimpleTemplateResponse:
        self._at("template")
        return response


class Outer(Told):
    pass


class Middle(Told):
    pass


class Inner(Told):
    pass


class Free(Told):
    """Said to be free of I/O."""


class AsyncView(MiddlewareMixin):
    async def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        return turn("AsyncView.view")


class AsyncOnly:
    sync_capable = False
    async_capable = True

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response
        markcoroutinefunction(self)

    async def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = turn("AsyncOnly.in")
        response: HttpResponse = answer or await self.get_response(request)
        turn(f"AsyncOnly.out({response.status_code})")
        return response


class SyncOnly:
    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Any) -> None:
        assert not iscoroutinefunction(get_response)
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = turn("SyncOnly.in")
        response: HttpResponse = answer or self.get_response(request)
        turn(f"SyncOnly.out({response.status_code})")
        return response


class Unused(Told):
    def __init__(self, get_response: Any) -> None:
        raise MiddlewareNotUsed


class OwnCall(Told):
    """Its hooks are not all there is to it."""

    def __call__(self, request: HttpRequest) -> Any:
        turn("OwnCall.call")
        return super().__call__(request)


class AsyncHook(MiddlewareMixin):
    async def process_request(self, request: HttpRequest) -> None:
        """Django cannot call it, and says so."""


class OtherInside(Told):
    """Has put something of its own around what is inside."""

    def __init__(self, get_response: Any) -> None:
        super().__init__(get_response)

        async def told(request: HttpRequest) -> HttpResponse:
            turn("OtherInside.inside")
            response: HttpResponse = await get_response(request)
            return response

        def told_sync(request: HttpRequest) -> HttpResponse:
            turn("OtherInside.inside")
            response: HttpResponse = get_response(request)
            return response

        self.get_response = told if iscoroutinefunction(get_response) else told_sync


def sync_view(request: HttpRequest) -> Any:
    return turn("the view") or _rendered(request)


async def async_view(request: HttpRequest) -> Any:
    return turn("the view") or _rendered(request)


def _rendered(request: HttpRequest) -> HttpResponse:
    class Rendered(SimpleTemplateResponse):
        @property
        def rendered_content(self) -> str:
            turn("render")
            return "rendered"

    return Rendered("none")


STACKS: list[list[Any]] = [
    [],
    [Outer, Middle, Inner],
    [Outer, Free, Inner],
    [Free, SyncOnly, Inner],
    [Outer, AsyncOnly, Inner],
    [SyncOnly, AsyncOnly, SyncOnly],
    [Outer, Unused, Free],
    [Outer, OwnCall, Inner],
    [Free, AsyncView, Middle],
    [Outer, OtherInside, Inner],
    [*STARTPROJECT, Outer],
    [STARTPROJECT[0], Outer, *STARTPROJECT[1:], Inner],
]


def names(stack: list[Any]) -> str:
    return " ".join(getattr(each, "__name__", "Django's") for each in stack)


def turns_of(stack: list[Any]) -> Iterator[dict[str, str]]:
    yield {}
    yield {"the view": "answer"}
    for how in ("raise", "deny", "miss"):
        yield {"the view": how}
    yield {"render": "raise"}
    hooks = ("request", "view", "response(200)", "response(500)", "exception", "template", "in", "out(200)")
    for kind, hook in itertools.product(stack, hooks):
        if isinstance(kind, type):
            for how in ("answer", "raise"):
                yield {f"{kind.__name__}.{hook}": how}
                yield {f"{kind.__name__}.{hook}": how, "the view": "raise"}


@pytest.mark.parametrize("view", [sync_view, async_view])
@pytest.mark.parametrize("stack", STACKS, ids=names)
async def test_a_stack_tells_the_story_that_it_tells_in_django(
    serve: Serve, silence: None, stack: list[Any], view: Any
) -> None:
    free = {"FREE_OF_IO": [f"{__name__}.Free"]}
    stock = serve(root=view, through=stack, handler=ASGIHandler)
    ours = serve(root=view, through=stack, BETTERWORKER=free)
    for turns in turns_of(stack):
        assert await told(ours, turns) == await told(stock, turns), turns


async def test_an_async_hook_is_as_impossible_as_in_django(serve: Serve, silence: None) -> None:
    assert (await serve(root=async_view, through=[AsyncHook]).get()).status == 500


async def told(site: Any, turns: dict[str, str]) -> Any:
    STORY.clear()
    TURNS.clear()
    TURNS.update(turns)
    answer = await site.get()
    return [*STORY], answer.status, answer.headers.get("via"), answer.text


def test_a_subclass_of_known_middleware_is_not_known() -> None:
    from django.middleware.security import SecurityMiddleware

    class Subclass(SecurityMiddleware):
        pass

    async def inside(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    assert known.free_hooks(SecurityMiddleware(inside), [])
    assert not known.free_hooks(Subclass(inside), [])


async def test_what_a_hook_raises_is_the_exception_at_hand_where_django_tells_it(
    serve: Serve, silence: None
) -> None:
    TURNS.clear()
    TURNS["Outer.response(200)"] = "raise"
    told: list[Any] = []
    signals.got_request_exception.connect(note := lambda **_: told.append(sys.exc_info()[0]))
    site = serve(root=async_view, through=[Outer], BETTERWORKER={"FREE_OF_IO": [f"{__name__}.Outer"]})
    await site.get()
    signals.got_request_exception.disconnect(note)
    assert told == [LookupError]


async def test_a_response_that_is_rendered_by_async_code_is_rendered(serve: Serve) -> None:
    class Rendered(HttpResponse):
        async def render(self) -> HttpResponse:
            self.content = b"rendered"
            return self

    def view(request: HttpRequest) -> HttpResponse:
        return Rendered()

    assert (await serve(root=view).get()).text == "rendered"
