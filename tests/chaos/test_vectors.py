"""Hostile pages in a full Chromium, all of them; ``make test`` sees most in the quicker headless shell only."""

from tests.fakes.vectors import canaries, hostile_site
from tests.test_page_vectors import captured_without_a_hit, opened_ports, pages, visited_without_protection


async def test_without_protection_every_vector_reaches_its_canary() -> None:
    async with canaries() as birds, hostile_site(birds) as hostile:
        await visited_without_protection("full", birds, hostile)


async def test_captured_no_vector_reaches_its_canary() -> None:
    async with canaries() as birds, hostile_site(birds) as hostile:
        with opened_ports(birds):
            await captured_without_a_hit("full", birds, hostile, list(pages(hostile)))
