"""The whole list of divisions in memory: 665,000 of them in about 150 MB, an answer in microseconds."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from heapq import nsmallest

from govcore.grids.codes import CHINA_CODES, CodeProfile
from govcore.grids.divisions import Listed, Resolved, by_code, listed, resolve
from govcore.grids.model import Match
from govcore.grids.search import FITS, core, fit_of, plain


class Gazetteer:
    """Resolves, goes up and down, searches; built once, never changed.

    ``names``: code at normal length and name of each division that is as the list has it.  ``versions``: all
    versions of the codes that have a history.
    """

    def __init__(
        self,
        names: Iterable[tuple[str, str]],
        versions: Iterable[Listed] = (),
        *,
        profile: CodeProfile = CHINA_CODES,
    ) -> None:
        self.profile = profile
        self._history = by_code(versions)
        self._names = {code: name for code, name in names if code not in self._history}
        self._codes = sorted((*self._names, *self._history))
        starts, at, words = array("Q"), 0, []
        for code in self._codes:
            own = [self._names[code]] if code in self._names else [one.name for one in self._history[code]]
            word = " ".join(map(plain, own))
            starts.append(at)
            words.append(word)
            at += len(word) + 1
        self._starts, self._text = starts, "\n".join(words)

    def __len__(self) -> int:
        return len(self._codes)

    def __contains__(self, code: str) -> bool:
        """Whether a code at normal length is or was one."""
        return code in self._names or code in self._history

    def resolve(self, code: str, at: date, *, today: date | None = None) -> Resolved:
        """As :func:`govcore.grids.divisions.resolve`."""
        return resolve(code, at, self.versions, self.profile, today=today)

    def versions(self, codes: Sequence[str]) -> dict[str, Sequence[Listed]]:
        """The versions of each code that is known."""
        found: dict[str, Sequence[Listed]] = {}
        for code in codes:
            if (name := self._names.get(code)) is not None:
                found[code] = (listed(code, name, self.profile),)
            elif (history := self._history.get(code)) is not None:
                found[code] = history
        return found

    def children(self, code: str, at: date) -> tuple[Listed, ...]:
        """The divisions directly below on a date, by code.  Raises ``GRID_BAD_CODE``."""
        code = self.profile.normal(code)
        first = bisect_right(self._codes, code)
        found = []
        for index in range(first, len(self._codes)):
            if not (below := self._codes[index]).startswith(code):
                break
            if self.profile.parent(below) == code:
                found += [one for one in self.versions([below])[below] if one.in_force(at)]
        return tuple(found)

    def search(self, text: str, at: date, *, within: str | None = None, limit: int = 10) -> tuple[Match, ...]:
        """Divisions whose name is, begins with or has ``text``, best fit first; ``within`` keeps those below a code.

        Raises ``GRID_BAD_CODE``.
        """
        wanted, stem = plain(text), core(text)
        under = self.profile.normal(within) if within else ""
        if not wanted:
            return ()
        ranked: list[tuple[int, int, str]] = []
        for index in self._having(stem):
            code = self._codes[index]
            if code.startswith(under) and (name := self._name(code, at)) is not None:
                name = plain(name)
                if (fit := fit_of(name, wanted, stem)) is not None:
                    ranked.append((FITS.index(fit), len(name), code))
        best = nsmallest(limit, ranked)
        return tuple(
            Match(code, self._name(code, at) or "", self._full(code, at), FITS[rank]) for rank, _, code in best
        )

    def _name(self, code: str, at: date) -> str | None:
        """Its name on a date, None where it was not there."""
        if (name := self._names.get(code)) is not None:
            return name
        return next((one.name for one in self._history[code] if one.in_force(at)), None)

    def _full(self, code: str, at: date) -> str:
        return "".join(self._name(up, at) or "" for up in reversed(self.profile.chain(code)) if up in self)

    def _having(self, word: str) -> Iterable[int]:
        at, last = self._text.find(word), -1
        while at >= 0:
            index = bisect_right(self._starts, at) - 1
            if index != last:
                yield index
            last = index
            at = self._text.find(word, self._starts[index + 1] if index + 1 < len(self._starts) else len(self._text))
