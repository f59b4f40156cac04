"""Serialised answers that are given again while nothing they depend on has changed."""

import threading
from collections import OrderedDict


class AnswerCache:
    """Bodies by the tag that names all they depend on; bounded in bytes, the longest unused go first.

    Only answers of the newest version of the feed are kept: what somebody changed or erased must not stay
    in memory because nobody asked for something else.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._bodies: OrderedDict[str, bytes] = OrderedDict()
        self._version = 0
        self._size = 0

    @property
    def size(self) -> int:
        """The bytes of all bodies that are kept."""
        return self._size

    def get(self, tag: str) -> bytes | None:
        """The body under a tag, where it is still kept."""
        with self._lock:
            body = self._bodies.get(tag)
            if body is not None:
                self._bodies.move_to_end(tag)
            return body

    def keep(self, version: int, tag: str, body: bytes) -> None:
        """Keep a body that is true for this version of the feed, if there is room for it."""
        with self._lock:
            if version > self._version:
                self._version, self._size = version, 0
                self._bodies.clear()
            if version < self._version or len(body) > self._most_bytes:
                return
            self._size += len(body) - len(self._bodies.pop(tag, b""))
            self._bodies[tag] = body
            while self._size > self._most_bytes:
                _, dropped = self._bodies.popitem(last=False)
                self._size -= len(dropped)
