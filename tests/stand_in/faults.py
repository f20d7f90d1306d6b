"""The faults that the stand-in commits on request.

A fault is written KIND[:KEY=VALUE,...].  Keys of every kind:
  times=N   strike N requests, then no more (default 1; 0: always)
  skip=N    let N requests through first
  path=P    only requests for `records`, `exports`, or `fields`: the dataset's own description
            (default: the first two)
  delay=S   wait S seconds before the answer

Answers instead of the data:
  429       too many requests; reset=S puts X-RateLimit-Reset S seconds ahead, retry_after=S sends
            Retry-After; as=date gives the one as `2024-04-18 00:00:00+00:00`, the other as a date
  503       unavailable; retry_after=S, as=date
  500 401 403 404 410
  html      status 200 and a page saying that the portal is being maintained
  redirect  302, or code=CODE, to to=URL (default: the same path under /moved)
  raw       the bytes of file=FILE in place of an answer, and the connection is closed
  hang      no answer for seconds=S (default 60), then the connection is closed
  endless   503, and a body without an end
  drip-error    the same, a byte a second
  drip-headers  status 200, and a header a second

Faults in the data, after=N records (default: half of them):
  cut          the connection is closed in the middle of a record
  cut-clean    the data end in the middle of a record, the transfer is ended properly
  interrupted  the portal's message about an error, then a proper end; half=1: in mid-record
  short        a proper end, although records are missing
  omit         the next records=N (default: 1) are left out
  stall        nothing for seconds=S (default 60), then the rest
  garbage      a line that is not JSON, then the rest
  blank        empty lines without end
  drip         ten bytes of the next record a second
  beyond       records without end, each of a key of its own
  duplicate    each of the next records=N (default: all) comes twice; after=0 by default

Besides, together with one of those:
  late           seconds=S before the answer (default 1)
  slow           rate=BYTES a second (default 1000)
  huge-header    a header of size=BYTES (default 50000)
  refuse-gzip    not compressed, although it was asked for
  backwards      the last record first
  swap           from now on, the dataset's records are those of file=FILE
"""

import threading
from typing import NamedTuple, Optional

ANSWERS = {"429", "503", "500", "401", "403", "404", "410", "html", "redirect", "hang", "endless",
           "raw", "drip-error", "drip-headers"}
BREAKS = {"cut", "cut-clean", "interrupted", "short", "stall", "garbage", "duplicate", "blank",
          "drip", "beyond", "omit"}
BESIDES = {"late", "slow", "huge-header", "refuse-gzip", "backwards", "swap"}
COMMON_KEYS = {"times", "skip", "path", "delay"}
KEYS = {
    "429": {"reset", "retry_after", "as"}, "503": {"retry_after", "as"}, "redirect": {"to", "code"},
    "raw": {"file"},
    "hang": {"seconds"}, "stall": {"after", "seconds"}, "interrupted": {"after", "half"},
    "cut": {"after"}, "cut-clean": {"after"}, "short": {"after"}, "garbage": {"after"},
    "blank": {"after"}, "drip": {"after"}, "beyond": {"after"},
    "duplicate": {"after", "records"}, "late": {"seconds"}, "slow": {"rate"},
    "huge-header": {"size"}, "omit": {"after", "records"}, "swap": {"file"},
}
TEXT_KEYS = {"path", "to", "as", "file"}
SECOND_KEYS = {"delay", "seconds"}
DATA = ("records", "exports")
ENDPOINTS = (*DATA, "fields")


class Fault:
    """One fault, and how often it has still to be passed over and to strike."""

    def __init__(self, spec: str):
        self.spec = spec
        self.kind, _, rest = spec.partition(":")
        if self.kind not in ANSWERS | BREAKS | BESIDES:
            raise ValueError(f"{spec}: no such fault")
        self.values = {}
        for item in filter(None, rest.split(",")):
            key, equals, text = item.partition("=")
            if not equals or key not in COMMON_KEYS | KEYS.get(self.kind, set()):
                raise ValueError(f"{spec}: {item}: {self.kind} has no such key")
            self.values[key] = self._value(key, text)
        self.path: Optional[str] = self.values.get("path")
        if self.path not in (None, *ENDPOINTS):
            raise ValueError(f"{spec}: path: must be records, exports or fields")
        if self.values.get("as", "date") != "date":
            raise ValueError(f"{spec}: as: must be date")
        self.delay: float = self.values.get("delay", 0.0)
        self._skip = self.values.get("skip", 0)
        self._left = self.values.get("times", 1) or float("inf")

    def _value(self, key: str, text: str):
        """The value of a key: text, seconds or a number that is not negative."""
        if key in TEXT_KEYS:
            return text
        try:
            value = float(text) if key in SECOND_KEYS else int(text)
        except ValueError:
            raise ValueError(f"{self.spec}: {key}: not a number") from None
        if value < 0:
            raise ValueError(f"{self.spec}: {key}: must not be negative")
        return value

    def get(self, key: str, default=None):
        """The value of a key of this kind."""
        return self.values.get(key, default)

    def concerns(self, endpoint: str) -> bool:
        """Whether the fault may still strike requests for that endpoint."""
        return self._left > 0 and endpoint in (DATA if self.path is None else (self.path,))

    def strikes(self) -> bool:
        """Count a request that the fault concerns; whether this is one that it strikes."""
        if self._skip > 0:
            self._skip -= 1
            return False
        self._left -= 1
        return True


class Struck(NamedTuple):
    """The faults that strike one request."""
    answer: Optional[Fault]
    broken: Optional[Fault]
    besides: dict[str, Fault]

    def specs(self) -> list[str]:
        """The faults as they were written."""
        return [fault.spec for fault in (self.answer, self.broken, *self.besides.values()) if fault]

    def delay(self) -> float:
        """How many seconds the answer has to wait."""
        late = self.besides.get("late")
        faults = [fault for fault in (self.answer, self.broken, *self.besides.values()) if fault]
        return sum(fault.delay for fault in faults) + (late.get("seconds", 1.0) if late else 0.0)


class Faults:
    """All faults, in the order in which they are to strike."""

    def __init__(self):
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def set(self, specs: list[str]):
        """Replace all faults; ValueError if one is not written as it should be."""
        faults = [Fault(spec) for spec in specs]
        with self._lock:
            self._faults = faults

    def strike(self, endpoint: str) -> Struck:
        """The faults for the next request: the first of those that exclude each other, and each
        of the others once.  A fault whose turn has not come does not count the request, so
        `429:times=2` and then `cut` are two refusals and then a broken answer."""
        main = None
        besides: dict[str, Fault] = {}
        with self._lock:
            for fault in self._faults:
                if not fault.concerns(endpoint):
                    continue
                if fault.kind in BESIDES:
                    if fault.kind not in besides and fault.strikes():
                        besides[fault.kind] = fault
                elif main is None and fault.strikes():
                    main = fault
        broken = main if main is not None and main.kind in BREAKS else None
        return Struck(main if broken is None else None, broken, besides)
