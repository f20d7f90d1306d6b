"""The access log of the stand-in, in memory and in a file."""

import copy
import json
import threading
from typing import Any, Optional


class Log:
    """What was asked, request by request.

    An entry is there from the moment the request has been read, so that whoever has got an
    answer, even a broken one, finds it; status, bytes and seconds are filled in as it goes.
    """

    def __init__(self, path: Optional[str]):
        self._lock = threading.Lock()
        self._entries: list[dict[str, Any]] = []
        self._file = open(path, "a", encoding="utf-8") if path else None

    def begin(self, entry: dict[str, Any]):
        """A request has arrived."""
        with self._lock:
            self._entries.append(entry)

    def end(self, entry: dict[str, Any]):
        """The request has been answered, or cannot be: write its line."""
        with self._lock:
            if self._file:
                self._file.write(json.dumps(entry, ensure_ascii=False) + "\n")
                self._file.flush()

    def entries(self) -> list[dict[str, Any]]:
        """All entries so far."""
        with self._lock:
            return copy.deepcopy(self._entries)

    def clear(self):
        """Forget the entries; the file keeps its lines."""
        with self._lock:
            self._entries.clear()
