"""What the command line finds, renames and deletes in library 0."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import local
from bot.conversation.members import LIBRARY
from bot.conversation.query import Bare
from bot.kept import Kept, opened
from bot.settings import Settings, terminal_language
from storage.library import Library
from storage.models import LinkKey
from storage.preferences import wish


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Kept]:
    """Two links, each with a tag."""
    async with opened(Settings(_env_file=None, data_dir=tmp_path)) as kept:
        await local.save(kept, "https://example.org/a #optimiser worth it", wait=False)
        await local.save(kept, "https://example.org/b #optimizer", wait=False)
        yield kept


async def found(kept: Kept, text: str, bare: Bare = Bare.TAG) -> list[str]:
    return [link["url"][-1] for link in await local.find(kept, text, bare)]


async def test_links_are_found_by_the_language_of_queries(kept: Kept) -> None:
    assert await found(kept, "opt*") == ["b", "a"]
    assert await found(kept, "worth it", Bare.TEXT) == ["a"]


@pytest.mark.parametrize(
    ("text", "said"), [("is:lost", "A link can't be lost"), ("nothing", "There is no tag #nothing")]
)
async def test_a_mistake_is_a_sentence(text: str, said: str, kept: Kept) -> None:
    with pytest.raises(local.AskedWrongly, match=said):
        await local.find(kept, text, Bare.TAG)


async def test_more_than_a_page_is_found_whole(kept: Kept) -> None:
    await local.save(kept, " ".join(f"https://example.org/c/{n} #many" for n in range(23)), wait=False)
    assert len(await found(kept, "many")) == len(await found(kept, "many", Bare.TEXT)) == 23


async def test_tags_become_one_only_with_merge(kept: Kept) -> None:
    with pytest.raises(local.AskedWrongly, match="--merge"):
        await local.rename(kept, "optimiser", "optimizer", merge=False)
    assert await local.rename(kept, "optimiser", "optimizer", merge=True) == {"name": "optimizer", "links": 1}
    assert await found(kept, "optimizer") == ["b", "a"]
    for old, new in (("nothing", "x"), ("optimizer", " ")):
        with pytest.raises(local.AskedWrongly):
            await local.rename(kept, old, new, merge=False)


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "没有保存过"),
        ({"LANG": "zh_TW", "LC_ALL": "en_GB.UTF-8"}, "is not saved"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "is not saved"),
        ({"LC_MESSAGES": "zh", "LANG": "en"}, "没有保存过"),
        ({"LANG": "de_DE@euro"}, "is not saved"),
        ({}, "is not saved"),
    ],
)
async def test_the_terminal_says_which_language_is_spoken_unless_one_was_chosen(
    environment: dict[str, str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings = Settings(_env_file=None, data_dir=tmp_path)
    async with opened(settings, language=terminal_language()) as kept:
        with pytest.raises(local.AskedWrongly, match=said):
            await local.remove(kept, "example.org/a")
        await wish(kept.database, LIBRARY, language="zh")
    async with opened(settings, language=terminal_language()) as kept:
        with pytest.raises(local.AskedWrongly, match="没有保存过"):
            await local.remove(kept, "example.org/a")


@pytest.mark.parametrize(
    "address", ["https://link.zhihu.com/?target=https%3A%2F%2Fexample.org%2Fa", "example.org/short"]
)
async def test_a_link_is_deleted_by_another_of_its_addresses(kept: Kept, address: str) -> None:
    link = await Library(kept.database, LIBRARY).find("example.org/a")
    assert link is not None
    async with kept.database.write() as session:
        session.add(LinkKey(chat_id=LIBRARY, url_key="example.org/short", link_id=link.id or 0))
    assert (await local.remove(kept, address))["url"] == "https://example.org/a"


async def test_what_is_no_address_is_not_saved(kept: Kept) -> None:
    with pytest.raises(local.AskedWrongly, match="is not saved"):
        await local.remove(kept, "ftp://example.org/a")


async def test_a_deleted_link_is_gone(kept: Kept) -> None:
    assert (await local.remove(kept, "example.org/a"))["url"] == "https://example.org/a"
    with pytest.raises(local.AskedWrongly, match="is not saved"):
        await local.remove(kept, "example.org/a")
    assert await found(kept, "optimizer") == ["b"]
