"""How a message is understood, whatever it says: nothing is raised, no address is lost, no place is miscounted."""

import re
from collections.abc import Iterable

from hypothesis import example, given
from hypothesis import strategies as st

from bot.conversation.message import Entity
from bot.conversation.parse import parse
from bot.conversation.urls import canonical, url_key
from tests.fakes.telegram.entities import formatted, utf16_length
from tests.parsing import as_telegram, urls_of

anything = st.text(
    st.characters() | st.sampled_from("#＃@/.:()[]，。、 \n中a1é😀\ud800\u200d\ufdd0"), max_size=120
)
entities = st.lists(
    st.builds(
        Entity,
        st.sampled_from(["url", "text_link", "hashtag", "code", "pre", "bot_command", "email", "nonsense"]),
        st.integers(-5, 150),
        st.integers(-5, 150),
        st.none() | anything | st.just("https://e.com/t"),
    ),
    max_size=8,
)


@given(anything, st.none() | entities, st.booleans(), st.lists(anything, max_size=2))
@example("https://./", None, False, [])
@example("https://e.com/\ud800", [Entity("text_link", 0, 3, "https://\ud800.com")], True, ["\udfff"])
def test_it_never_raises(
    text: str, found: Iterable[Entity] | None, is_forward: bool, spare: list[str]
) -> None:
    parsed = parse(text, None if found is None else list(found), is_forward=is_forward, spare_urls=spare)
    for link in parsed.links:
        assert url_key(canonical(link.url)) == url_key(link.url)


paths = st.text("abcxyzABC0123456789-_/", max_size=20).map(lambda path: path.rstrip("-_") + "z")


@given(
    anything,
    st.sampled_from(["", " ", "\n", "，", "。", "（", "“", "👍", "》"]),
    st.sampled_from(["http://", "https://", "HTTPS://"]),
    paths,
    st.sampled_from(["", " ", "\n", "，", "。", "）", "”", "👍", "《", "、https://other.example/"]),
)
def test_no_address_is_lost(before: str, opening: str, scheme: str, path: str, closing: str) -> None:
    url = f"{scheme}example.com/{path}"
    text = f"{before} {opening}{url}{closing}"
    keys = {url_key(link.url) for link in parse(text, ()).links}
    assert url_key(url) in keys


@given(st.text("ab 😀𝒳中\n", max_size=30), st.text("😀 #", max_size=8))
def test_places_are_counted_as_telegram_does(before: str, after: str) -> None:
    entity = Entity("text_link", utf16_length(before), 2, "https://e.com/a")
    code = Entity("code", utf16_length(before) + 3, len("https://no.example"))
    parsed = parse(f"{before}😀 https://no.example {after}", [entity, code])
    assert urls_of(parsed) == ["https://e.com/a"]


parts = [
    "https://a.example/",
    "http://b.example",
    "HTTPS://C.EXAMPLE/x",
    "d.example/y",
    *" .:/?#@%&=,;!()[]'*—，。（）中é1x👍",
]


@given(st.lists(st.sampled_from(parts), max_size=14).map("".join))
def test_every_http_address_that_telegram_sees_is_seen(text: str) -> None:
    seen = formatted(text, None, None)
    parsed = as_telegram(text)
    known = [*urls_of(parsed), *(rejected.url for rejected in parsed.rejected)]
    for entity in seen.entities:
        if entity.type == "url" and (
            host := re.match(r"https?://[a-z.]+\.example", seen.part(entity), re.IGNORECASE)
        ):
            assert any(host[0] in url for url in known)
