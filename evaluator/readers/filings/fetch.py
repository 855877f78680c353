"""Company facts from the SEC over the network: politely, patiently, and whole or not at all.

In: a ticker or CIK, who asks, a folder for what was fetched before. Out: the bytes of a company-facts JSON. Must not
know what is in it, nor write anything but its cache.

The SEC asks every program to name a person with a mail address in its User-Agent, and for no more than ten calls a
second. What fails for a while (time-outs, 429, 5xx, an answer that was cut off) is tried again, later each time; what
was refused is not.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx

TICKERS_URL = "https://www.sec.gov/files/company_tickers.json"
FACTS_URL = "https://data.sec.gov/api/xbrl/companyfacts/CIK{cik:010d}.json"
MAX_BYTES = 128 * 1024 * 1024
MIN_INTERVAL = 0.1
"""Seconds between two calls: ten a second at the most."""
WAITS = (1.0, 2.0, 4.0, 8.0)
"""Seconds before each new try."""
MAX_WAIT = 120.0
"""A server that asks to wait for longer is left alone."""
WHOLE = 600.0
"""Seconds that one download may take, with every new try and every wait: a server that gives a byte now and then is left
alone as well."""
MAX_REDIRECTS = 5
_ELSEWHERE = frozenset((301, 302, 303, 307, 308))
FRESH_SECONDS = 24 * 3600.0
"""What was fetched within a day is taken as it is."""
_AGAIN = frozenset((408, 429, 500, 502, 503, 504))
_PERSON = re.compile(r".*\S@\S+\.\S+.*")


class FetchError(Exception):
    """What stood in the way: the sentence, and the mend."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(what)
        self.what, self.mend = what, mend


class _TryAgain(Exception):
    def __init__(self, why: str, wait: float | None = None) -> None:
        super().__init__(why)
        self.why, self.wait = why, wait


@dataclass(slots=True)
class Fetched:
    """An answer; `from_cache`: it had been fetched before, and nothing newer is there."""

    data: bytes
    from_cache: bool


@dataclass(slots=True)
class Sec:
    """The SEC's server, and how it is talked to. `pause` and `clock` are the machine's, or a test's;
    `store` puts a file there whole; without it nothing is kept."""

    user_agent: str
    cache: Path | None = None
    tickers_url: str = TICKERS_URL
    facts_url: str = FACTS_URL
    refresh: bool = False
    timeout: float = 30.0
    whole: float = WHOLE
    pause: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    say: Callable[[str], None] = lambda words: None
    store: Callable[[Path, bytes], object] | None = None
    _last: float = field(default=float("-inf"), init=False)
    _until: float = field(default=float("inf"), init=False)

    def __post_init__(self) -> None:
        if not _PERSON.fullmatch(self.user_agent) or not self.user_agent.isprintable() or not self.user_agent.isascii():
            what = "the SEC asks every program to say who it is: a name and a mail address"
            raise FetchError(what, 'write `--user-agent "Jane Doe jane@example.com"`, or set THESIS_USER_AGENT')

    def cik(self, ticker: str) -> int:
        """The SEC's number of a company. Raises FetchError."""
        data = self._get(self.tickers_url, "the SEC's list of tickers", "look at the address").data
        try:
            listed = json.loads(data)
            known = {str(entry["ticker"]).upper(): int(entry["cik_str"]) for entry in listed.values()}
        except (ValueError, TypeError, KeyError, AttributeError):
            what = "the SEC's list of tickers has another form than it had"
            raise FetchError(what, "give the company's number with --cik") from None
        found = known.get(ticker.upper().replace(".", "-"))
        if found is None:
            mend = (
                "check the ticker, or give the company's number with --cik; companies that do not file there have none"
            )
            raise FetchError(f"the SEC knows no company with the ticker {ticker}", mend)
        return found

    def company_facts(self, cik: int) -> Fetched:
        """The company facts of a number. Raises FetchError, also where the answer is about another company."""
        missing = "check the number; a company that files no figures in XBRL has no company facts"
        found = self._get(self.facts_url.format(cik=cik), f"the company facts of number {cik}", missing)
        given = json.loads(found.data)
        about = str(given.get("cik", "")) if isinstance(given, dict) else ""
        if about.isdecimal() and int(about) != cik:
            self.forget(cik)
            what = f"the server gives company facts of number {int(about)} ({given.get('entityName')}), not of {cik}"
            raise FetchError(what, "check the number and the address; nothing was written")
        return found

    def _get(self, url: str, what: str, missing: str) -> Fetched:
        """An address, from the cache where that is as new."""
        kept = self._kept(url)
        if kept is not None and not self.refresh and self.now() - kept.stat().st_mtime < FRESH_SECONDS:
            return Fetched(kept.read_bytes(), True)
        why = ""
        self._until = self.clock() + self.whole
        for wait in (*WAITS, None):
            try:
                data = self._once(url, what, missing)
                self._keep(url, data)
                return Fetched(data, False)
            except _TryAgain as again:
                why = again.why
                if wait is None:
                    break
                seconds = max(wait, again.wait or 0.0)
                if seconds > MAX_WAIT:
                    raise FetchError(
                        f"{what} cannot be fetched: {why}", f"try again in {seconds:.0f} seconds"
                    ) from None
                if self.clock() + seconds > self._until:
                    raise self._too_long(what) from None
                self.say(f"{why}: trying again in {seconds:g} seconds")
                self.pause(seconds)
        raise FetchError(f"{what} cannot be fetched: {why}, {len(WAITS) + 1} times", "try again later")

    def _once(self, url: str, what: str, missing: str) -> bytes:
        headers = {"User-Agent": self.user_agent, "Accept": "application/json"}
        at = url
        try:
            with httpx.Client(timeout=self.timeout, follow_redirects=False) as client:
                for _ in range(MAX_REDIRECTS + 1):
                    self._slow_down()
                    with client.stream("GET", at, headers=headers) as answer:
                        if answer.status_code not in _ELSEWHERE:
                            self._judge(answer, what, missing)
                            return self._body(answer, what)
                        at = _redirected(answer, what)
            raise FetchError(
                f"{what} cannot be fetched: the server sends from one address to the next", "check the address"
            )
        except httpx.TimeoutException:
            raise _TryAgain("the server did not answer in time") from None
        except (httpx.RemoteProtocolError, httpx.DecodingError):
            raise _TryAgain("the answer was cut off") from None
        except httpx.TransportError as error:
            raise _TryAgain(f"the server cannot be reached ({type(error).__name__})") from None
        except (httpx.InvalidURL, httpx.HTTPError) as error:
            raise FetchError(f"{what} cannot be fetched: {error}", "check the address") from None

    def _too_long(self, what: str) -> FetchError:
        return FetchError(f"{what} cannot be fetched within {self.whole:.0f} seconds", "try again later")

    def _slow_down(self) -> None:
        ahead = self._last + MIN_INTERVAL - self.clock()
        if ahead > 0:
            self.pause(ahead)
        self._last = self.clock()

    def _judge(self, answer: httpx.Response, what: str, missing: str) -> None:
        """Whether the answer is one. Raises _TryAgain, FetchError."""
        status = answer.status_code
        if status == 200:
            return
        if status in _AGAIN:
            words = "the server asks to wait" if status == 429 else f"the server is in trouble ({status})"
            raise _TryAgain(words, _seconds(answer.headers.get("Retry-After")))
        if status == 404:
            raise FetchError(f"there is nothing under {what}", missing)
        if status == 403:
            mend = "say in --user-agent who you are, with a mail address that is yours, and wait ten minutes"
            raise FetchError(f"the SEC refuses to give {what}", mend)
        raise FetchError(f"{what} cannot be fetched: the server answers {status}", "try again later")

    # --- what was fetched before ------------------------------------------------------------------

    def _kept(self, url: str) -> Path | None:
        path = self._place(url)
        return path if path is not None and path.is_file() else None

    def _place(self, url: str) -> Path | None:
        name = re.sub(r"[^A-Za-z0-9.]+", "_", url.partition("://")[2])
        return self.cache / name if self.cache is not None else None

    def _keep(self, url: str, data: bytes) -> None:
        path = self._place(url)
        if path is not None and self.store is not None:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                self.store(path, data)
            except OSError as error:
                mend = "name another folder with --cache"
                raise FetchError(
                    f"the cache {path.parent} cannot be written: {error.strerror or error}", mend
                ) from None

    def forget(self, cik: int) -> None:
        """Takes an answer out of the cache that turned out to be none."""
        path = self._place(self.facts_url.format(cik=cik))
        if path is not None:
            path.unlink(missing_ok=True)

    def _body(self, answer: httpx.Response, what: str) -> bytes:
        """The whole answer, which must be JSON. Raises _TryAgain where it was cut off, FetchError where it is too large or
        takes too long."""
        return _whole(answer, what, lambda: self.clock() > self._until, self._too_long)


def _redirected(answer: httpx.Response, what: str) -> str:
    """Where an answer sends to: only to the host that was asked, and never from https to http. Raises FetchError."""
    here = answer.request.url
    there = here.join(answer.headers.get("Location", ""))
    if there.host != here.host or (here.scheme, there.scheme) == ("https", "http"):
        mend = "check the address: it is followed on its own host alone, so that nobody else learns who asks"
        raise FetchError(f"{what} cannot be fetched: the server sends to {there.scheme}://{there.host}", mend)
    return str(there)


def _whole(answer: httpx.Response, what: str, late: Callable[[], bool], too_long: Callable[[str], FetchError]) -> bytes:
    parts: list[bytes] = []
    size = 0
    for part in answer.iter_bytes():
        size += len(part)
        if late():
            raise too_long(what)
        if size > MAX_BYTES:
            raise FetchError(
                f"{what} is larger than {MAX_BYTES / 1e6:.0f} MB", "company facts never are: check the address"
            )
        parts.append(part)
    data = b"".join(parts)
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        start = data.lstrip()[:1]
        if start in (b"{", b"["):
            raise _TryAgain("the answer was cut off") from None
        raise FetchError(f"what the server gives for {what} is not JSON", "open the address in a browser") from None
    return data


def _seconds(header: str | None) -> float | None:
    """`Retry-After` in seconds; the form with a day is taken as none, so that the usual wait holds."""
    return float(header) if header and re.fullmatch(r"\d{1,6}", header.strip()) else None
