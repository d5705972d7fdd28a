"""A feed that keeps account: every parcel taken ends exactly once, and few are ever in the air."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable

from daylight.reach.channels.base import Accepted, Message
from daylight.reach.channels.lines import Line, Parcel


class Basket:
    """Hands out parcels in order; what is given back comes first again."""

    def __init__(self, messages: Iterable[Message]) -> None:
        self.waiting = deque(Parcel(message, key=f"key-{n}") for n, message in enumerate(messages))
        self.results: dict[str, Accepted | Exception] = {}
        self.given_back: list[str] = []
        self.begun: list[str] = []
        self.most_in_doubt = 0
        self._taken: dict[str, Parcel] = {}
        self._in_air: set[str] = set()
        self.stays_open = False
        self.news = asyncio.Event()

    def take(self) -> Parcel | None:
        if not self.waiting:
            return None
        parcel = self.waiting.popleft()
        assert parcel.key not in self._taken
        self._taken[parcel.key] = parcel
        return parcel

    async def more(self) -> bool:
        if self.stays_open and not self.waiting:
            await self.news.wait()
            self.news.clear()
        return bool(self.waiting)

    def begin(self, parcel: Parcel) -> None:
        assert parcel.key in self._taken
        assert parcel.key not in self.begun, "begun twice"
        self.begun.append(parcel.key)
        self._in_air.add(parcel.key)
        self.most_in_doubt = max(self.most_in_doubt, len(self._in_air))

    def done(self, parcel: Parcel, result: Accepted | Exception) -> None:
        del self._taken[parcel.key]
        self._in_air.discard(parcel.key)
        assert parcel.key not in self.results
        self.results[parcel.key] = result

    def give_back(self, parcel: Parcel) -> None:
        del self._taken[parcel.key]
        assert parcel.key not in self._in_air, "begun, and given back"
        self.given_back.append(parcel.key)
        self.waiting.appendleft(parcel)

    @property
    def kinds(self) -> list[type]:
        """What became of each, in the order of the keys."""
        return [type(self.results[key]) for key in sorted(self.results, key=lambda key: int(key.split("-")[1]))]

    def assert_settled(self) -> None:
        assert self._taken == {}
        assert self._in_air == set()


async def carry(basket: Basket, make: Callable[[], Line], *, most_runs: int = 12) -> list[Exception]:
    """Run line after line until nothing waits, as a patient caller does; gives the failures on the way."""
    failures: list[Exception] = []
    for _ in range(most_runs):
        try:
            async with asyncio.timeout(30):
                await make().run(basket)
        except TimeoutError:
            raise AssertionError("the line hangs") from None
        except Exception as failure:
            failures.append(failure)
        basket.assert_settled()
        if not basket.waiting:
            break
    return failures
