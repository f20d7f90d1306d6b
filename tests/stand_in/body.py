"""Answers of unknown length on their way to the client, and what faults make of them."""

import zlib
from typing import Any, Optional

from .faults import Fault

CHUNK_BYTES = 32768
GARBAGE = b"<<< 502 Bad Gateway >>>"


class Body:
    """A body of unknown length on its way: in chunks, and compressed if that was asked for."""

    def __init__(self, handler: Any, compress: bool, rate: Optional[int]):
        self._handler = handler
        # 31 makes it a gzip stream; level 1, as tests have better things to do.
        self._gzip = zlib.compressobj(1, zlib.DEFLATED, 31) if compress else None
        self._chunked = handler.request_version != "HTTP/1.0"
        self._rate = rate
        self._taken = bytearray()

    def write(self, data: bytes):
        """Take data, and send what was taken once it makes a chunk."""
        self._taken += data
        if len(self._taken) >= CHUNK_BYTES:
            self._send(zlib.Z_NO_FLUSH)

    def flush(self):
        """Send what was taken, so that the client can read all of it."""
        self._send(zlib.Z_SYNC_FLUSH)

    def end(self):
        """Send the rest and end the body as one should."""
        self._send(zlib.Z_FINISH)
        if self._chunked:
            self._handler.wfile.write(b"0\r\n\r\n")
        self._handler.wfile.flush()

    def abort(self):
        """Send what was taken, then close the connection with the body unfinished."""
        self.flush()
        self._handler.hang_up()

    def _send(self, flushing: int):
        """Send what was taken, compressed up to where zlib's flush mode says."""
        data = bytes(self._taken)
        self._taken.clear()
        if self._gzip:
            data = self._gzip.compress(data)
            if flushing != zlib.Z_NO_FLUSH:
                data += self._gzip.flush(flushing)
        step = max(self._rate // 10, 1) if self._rate else len(data)
        for place in range(0, len(data), step or 1):
            self._put(data[place:place + step])
            if self._rate:
                self._handler.wait(step / self._rate)

    def _put(self, data: bytes):
        """Send one chunk."""
        if self._chunked:
            self._handler.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
        else:
            self._handler.wfile.write(data)
        self._handler.wfile.flush()
        self._handler.entry["bytes"] += len(data)


def altered(pieces: list[bytes], fault: Fault, at: int) -> list[bytes]:
    """The records as a fault has them that loses, adds or repeats some, from number `at` on."""
    if fault.kind == "short":
        return pieces[:at]
    if fault.kind == "omit":
        return pieces[:at] + pieces[at + fault.get("records", 1):]
    if fault.kind == "garbage":
        return pieces[:at] + [GARBAGE] + pieces[at:]
    if fault.kind == "duplicate":
        last = at + (fault.get("records") or len(pieces))
        return pieces[:at] + [p for p in pieces[at:last] for _ in range(2)] + pieces[last:]
    return pieces
