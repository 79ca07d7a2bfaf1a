"""A client that asks small questions at a steady pace, from an address of its own, and remembers what it got."""

import http.client
import math
import threading
import time


def percentile(values, share):
    """The smallest value that this share of all does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None


class Polite(threading.Thread):
    def __init__(self, port, paths, address="127.0.0.9", per_second=10, headers=None):
        super().__init__(daemon=True)
        self.port, self.paths, self.address, self.pause, self.headers = port, paths, address, 1 / per_second, headers or {}
        # Status (0: none came) and milliseconds of each.
        self.answers = []
        self.ended = threading.Event()

    def run(self):
        number = 0
        while not self.ended.is_set():
            start = time.monotonic()
            self.answers.append((self.ask(self.paths[number % len(self.paths)]), (time.monotonic() - start) * 1000))
            number += 1
            self.ended.wait(max(0.0, self.pause - (time.monotonic() - start)))

    def ask(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20, source_address=(self.address, 0))
        try:
            connection.request("GET", path, headers=self.headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.join()

    @property
    def milliseconds(self):
        return [spent for status, spent in self.answers if 0 < status < 500]

    @property
    def failed(self):
        """Answers of the service's own fault, and those that never came."""
        return sum(1 for status, _ in self.answers if status == 0 or status >= 500)
