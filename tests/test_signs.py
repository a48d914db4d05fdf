"""Signs of walls: their table holds together, and sentences are weighed for walls and for pages."""

import tomllib
from importlib.resources import files

import pytest

from bot.capture import walls
from bot.capture.seen import Seen
from bot.capture.signs import Evidence, find

WRITTEN = tomllib.loads(files("bot.capture").joinpath("signs.toml").read_text(encoding="utf-8"))


def page(text: str, title: str = "A title", **what: object) -> Seen:
    url = "https://site.example/a/1"
    return Seen(**{"asked_url": url, "url": url, "status": 200, "title": title, "text": text, **what})  # type: ignore[arg-type]


def kind(seen: Seen) -> str | None:
    wall = find(seen, walls.ALL)
    return wall.name if wall else None


def points(text: str, wall: walls.Wall = walls.LOGIN, **what: object) -> int:
    return Evidence(page(text, **what), walls.ALL).points(wall)  # type: ignore[arg-type]


def test_every_sign_is_made_of_known_families_and_every_family_is_used() -> None:
    signs = [sign for kind in WRITTEN["signs"].values() for sign in kind]
    used = {family for sign in signs for family in (*sign["all"], *sign.get("none", []))}
    assert used == set(WRITTEN["words"])
    assert set(WRITTEN["signs"]) <= {wall.name for wall in walls.ALL}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("A robot may not read this, so prove that you are a person.", "check"),
        ("Your address was banned by our firewall.", "blocked"),
        ("Sign in before you can read the minutes.", "login"),
        ("Support us to unlock the whole story.", "paywall"),
        ("The seller took our listing down, so this listing has ended.", "removed"),
        ("此视频已由上传者删除", "removed"),
        ("該網站僅對本地區的用戶開放，您無法訪問", "blocked"),
    ],
)
def test_a_wall_in_words_that_nobody_listed_is_told(text: str, name: str) -> None:
    assert kind(page(text)) == name


def test_foreign_sentences_outweigh_a_sign() -> None:
    wall = "You need to log in to see this page."
    story = "Salt came by ship and left by cart, all winter long. Eleven carts stand in the old paintings."
    assert kind(page(wall)) == "login"
    assert kind(page(f"{wall}\n{story}")) is None


def test_what_is_told_or_quoted_has_no_sign() -> None:
    assert (
        points("You need to log in to see this page.") > points("“You need to log in to see this page.”") == 0
    )


def test_a_heading_that_repeats_the_title_counts_once() -> None:
    text = "You need to log in to see this page."
    assert points(text, title=text) == points(text)


def test_what_stands_in_a_menu_never_speaks_for_a_page() -> None:
    wall = "You need to log in to see this page."
    menu = "Read all about the harbour and its boats.\nEleven carts stand in the old paintings."
    assert kind(page(f"{menu}\n{wall}", menu=menu)) == "login"
    assert kind(page(f"{menu}\n{wall}")) is None


def test_a_login_page_that_was_asked_for_is_no_wall() -> None:
    login = page("Log in\nPassword\nForgot password?", has_password_field=True)
    assert kind(login) == "login"
    url = "https://site.example/login"
    asked = page("Log in\nPassword\nForgot password?", has_password_field=True, asked_url=url, url=url)
    assert kind(asked) is None
