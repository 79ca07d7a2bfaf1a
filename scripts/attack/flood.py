"""The attackers, in a process of their own: `python3 -m attack.flood MODE PORT ADDRESS,… CLIENTS SECONDS [PATH]`; prints what came of it as JSON."""

import asyncio
import collections
import contextlib
import json
import socket
import sys
import time

READ_BYTES = 1 << 16


class Outcome:
    def __init__(self):
        self.statuses, self.faults, self.milliseconds = collections.Counter(), collections.Counter(), []

    def to_json(self):
        return {"statuses": dict(self.statuses), "faults": dict(self.faults), "milliseconds": self.milliseconds}


def request(path, extra=""):
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{extra}\r\n".encode()


async def read_answer(reader):
    """Status, and whether the connection goes on."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    status = int(head.split(" ", 2)[1])
    if "transfer-encoding: chunked" in head:
        while True:
            size = int((await reader.readuntil(b"\r\n")).strip(), 16)
            await reader.readexactly(size + 2)
            if size == 0:
                break
    else:
        length = next((int(line.split(":")[1]) for line in head.split("\r\n") if line.startswith("content-length:")), 0)
        while length:
            length -= len(await reader.read(min(length, READ_BYTES)) or b" " * length)
    return status, "connection: close" not in head


async def asking(port, address, path, until, outcome, pause=0.0, once=False):
    """Asks again and again on one connection, and on the next one when that is closed."""
    while time.monotonic() < until:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
            while time.monotonic() < until:
                start = time.monotonic()
                writer.write(request(path))
                status, goes_on = await asyncio.wait_for(read_answer(reader), 60)
                outcome.statuses[status] += 1
                outcome.milliseconds.append((time.monotonic() - start) * 1000 if status < 400 else -1)
                if once or not goes_on:
                    break
                # An attacker does not wait; one that is refused tries again at once.
                await asyncio.sleep(pause)
            writer.close()
        except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError, ValueError) as fault:
            outcome.faults[type(fault).__name__] += 1
            await asyncio.sleep(0.05)
        if once:
            return


async def dripping(port, address, path, until, outcome):
    """A body that never ends, a few bytes at a time."""
    while time.monotonic() < until:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
            writer.write(f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 200000\r\n\r\n".encode())
            while time.monotonic() < until:
                writer.write(b" " * 1500)
                await writer.drain()
                try:
                    head = await asyncio.wait_for(reader.read(READ_BYTES), 0.7)
                    outcome.statuses[head[9:12].decode("latin-1") or "closed"] += 1
                    break
                except asyncio.TimeoutError:
                    pass
            writer.close()
        except OSError as fault:
            outcome.faults[type(fault).__name__] += 1
        await asyncio.sleep(0.05)


# As TCP_INFO has it (tcp_states.h).
ESTABLISHED = 1


async def reading_slowly(port, address, path, until, outcome):
    """Asks for a large answer and takes a little of it now and then; counts when it is given up."""
    start, loop = time.monotonic(), asyncio.get_running_loop()
    # A small buffer, so that the answer waits in the service and not in the kernel; and no stream of Python's, which reads ahead.
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        taken.bind((address, 0))
        taken.setblocking(False)
        try:
            await loop.sock_connect(taken, ("127.0.0.1", port))
            await loop.sock_sendall(taken, request(path))
            head = await asyncio.wait_for(loop.sock_recv(taken, 100), 30)
            outcome.statuses[head[9:12].decode("latin-1") or "closed"] += 1
            if not head.startswith(b"HTTP/1.1 200"):
                return
            while time.monotonic() < until:
                await asyncio.sleep(1)
                # What has arrived can still be read after the service gave up: the state of the socket tells.
                if taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] != ESTABLISHED:
                    raise ConnectionResetError
                if not await asyncio.wait_for(loop.sock_recv(taken, 100), 30):
                    raise ConnectionResetError
            outcome.faults["held to the end"] += 1
        except (OSError, asyncio.TimeoutError) as fault:
            outcome.faults["given up" if isinstance(fault, ConnectionError) else type(fault).__name__] += 1
            outcome.milliseconds.append((time.monotonic() - start) * 1000)


MODES = {
    "ask": asking,
    "keep": lambda *arguments: asking(*arguments, pause=3.0),
    "visit": lambda *arguments: asking(*arguments, once=True),
    "drip": dripping,
    "slow": reading_slowly,
}


async def flood(mode, port, addresses, clients, seconds, path):
    outcome, until = Outcome(), time.monotonic() + seconds
    work = [MODES[mode](port, addresses[number % len(addresses)], path, until, outcome) for number in range(clients)]
    with contextlib.suppress(KeyboardInterrupt):
        await asyncio.gather(*work)
    return outcome


def main():
    mode, port, addresses, clients, seconds = sys.argv[1:6]
    path = sys.argv[6] if len(sys.argv) > 6 else "/"
    outcome = asyncio.run(flood(mode, int(port), addresses.split(","), int(clients), float(seconds), path))
    print(json.dumps(outcome.to_json()))


if __name__ == "__main__":
    main()
