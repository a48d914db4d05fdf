"""Makes the dumps that are missing."""

import asyncio

from tests.golden import dump_of, make, revisions

for each in revisions():
    if not dump_of(each).exists():
        asyncio.run(make(each))
        print(dump_of(each))  # noqa: T201
