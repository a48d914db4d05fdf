"""The table of implemented methods. What is not in it is answered with 404."""

from collections.abc import Callable
from typing import Any, TypeVar

from tests.fakes.telegram.wire import Params
from tests.fakes.telegram.world import World

Method = Callable[[World, Params], Any]

M = TypeVar("M", bound=Method)

METHODS: dict[str, Method] = {}


def method(name: str) -> Callable[[M], M]:
    """Enter a function under a method's name (which counts regardless of case)."""

    def enter(function: M) -> M:
        METHODS[name.lower()] = function
        return function

    return enter
