"""Hostile pages without protection in a full Chromium, too; ``make test`` sees that in the quicker headless shell."""

from tests.fakes.vectors import canaries, hostile_site
from tests.test_page_vectors import visited_without_protection


async def test_without_protection_every_vector_reaches_its_canary() -> None:
    async with canaries() as birds, hostile_site(birds) as hostile:
        await visited_without_protection("full", birds, hostile)
