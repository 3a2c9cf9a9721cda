"""stomp.py, a client nobody here wrote, against stomp-server: over TCP and over WebSocket.

Reads STOMP_TCP (host:port) and STOMP_URL (ws://host:port/ws); the last line it prints is `N passed, N failed`.
"""

import os
import queue
import sys
import unittest
import uuid
from urllib.parse import urlsplit

import stomp

# Long enough for a busy machine; only a failing test waits so long.
PATIENCE = 30


class Listener(stomp.ConnectionListener):
    """Hands what comes to the test, in order."""

    def __init__(self):
        self.frames = queue.Queue()
        self.receipts = queue.Queue()
        self.errors = queue.Queue()
        self.disconnects = queue.Queue()
        self.beats = queue.Queue()

    def on_message(self, frame):
        self.frames.put(frame)

    def on_receipt(self, frame):
        self.receipts.put(frame.headers["receipt-id"])

    def on_error(self, frame):
        self.errors.put(frame)

    def on_disconnected(self):
        self.disconnects.put(True)

    def on_heartbeat(self):
        self.beats.put(True)


class Cases:
    """What every connection must do; a class below says over which transport and in which version."""

    ack_header = "message-id"
    ack_arguments = ()
    # What is unacknowledged after ACK of the second of three. Only STOMP 1.1 made `ack:client` cumulative.
    left_after_two = ["three"]

    def open(self, **options):
        connection = self.connection(**options)
        listener = Listener()
        connection.set_listener("test", listener)
        connection.connect("guest", "guest", wait=True)
        self.addCleanup(lambda: connection.is_connected() and connection.disconnect())
        return connection, listener

    def subscribe(self, connection, listener, destination, ack="auto"):
        receipt = str(uuid.uuid4())
        connection.subscribe(destination, id="s", ack=ack, headers={"receipt": receipt})
        self.assertEqual(listener.receipts.get(timeout=PATIENCE), receipt)

    def destination(self, kind="queue"):
        return f"/{kind}/interop.{uuid.uuid4()}"

    def ack(self, connection, frame, method="ack"):
        # STOMP 1.1 wants the subscription too.
        getattr(connection, method)(frame.headers[self.ack_header], *self.ack_arguments)

    def test_messages_in_order(self):
        connection, listener = self.open()
        destination = self.destination("topic")
        self.subscribe(connection, listener, destination)
        bodies = [str(n) for n in range(300)] + ["ü 漢字 😀 \r\n\t", "x" * 300_000]
        for body in bodies:
            connection.send(destination, body, content_type="text/plain")
        received = [listener.frames.get(timeout=PATIENCE) for _ in bodies]
        self.assertEqual([frame.body for frame in received], bodies)
        self.assertEqual(received[0].headers["content-type"], "text/plain")
        self.assertEqual(received[0].headers["destination"], destination)

    def test_receipt(self):
        connection, listener = self.open()
        connection.send(self.destination(), "x", receipt="mine")
        self.assertEqual(listener.receipts.get(timeout=PATIENCE), "mine")

    def test_disconnect_with_receipt(self):
        connection, listener = self.open()
        connection.disconnect(receipt="bye")
        self.assertEqual(listener.receipts.get(timeout=PATIENCE), "bye")
        self.assertTrue(listener.disconnects.get(timeout=PATIENCE))

    def test_acknowledged_is_gone_and_the_rest_comes_again(self):
        destination = self.destination()
        first, listener = self.open()
        self.subscribe(first, listener, destination, ack="client")
        for body in ("one", "two", "three"):
            first.send(destination, body)
        frames = [listener.frames.get(timeout=PATIENCE) for _ in range(3)]
        self.assertEqual([frame.body for frame in frames], ["one", "two", "three"])
        self.ack(first, frames[1])
        first.disconnect(receipt="done")
        self.assertEqual(listener.receipts.get(timeout=PATIENCE), "done")
        second, listener = self.open()
        self.subscribe(second, listener, destination)
        again = [listener.frames.get(timeout=PATIENCE).body for _ in self.left_after_two]
        self.assertEqual(again, self.left_after_two)

    def test_transactions(self):
        connection, listener = self.open()
        destination = self.destination()
        self.subscribe(connection, listener, destination)
        for outcome in ("abort", "commit"):
            transaction = connection.begin()
            connection.send(destination, outcome, transaction=transaction)
            getattr(connection, outcome)(transaction)
        connection.send(destination, "last")
        self.assertEqual([listener.frames.get(timeout=PATIENCE).body for _ in range(2)], ["commit", "last"])

    def test_unsubscribe(self):
        connection, listener = self.open()
        destination = self.destination("topic")
        self.subscribe(connection, listener, destination)
        connection.unsubscribe(id="s")
        connection.send(destination, "nobody", receipt="r")
        self.assertEqual(listener.receipts.get(timeout=PATIENCE), "r")
        self.assertTrue(listener.frames.empty())

    def test_error(self):
        connection, listener = self.open()
        connection.send_frame("SEND", {"receipt": "r"}, "no destination")
        error = listener.errors.get(timeout=PATIENCE)
        self.assertEqual(error.headers["message"], "SEND without a destination header")
        self.assertEqual(error.headers["receipt-id"], "r")
        self.assertTrue(listener.disconnects.get(timeout=PATIENCE))


class Newer(Cases):
    """What came with STOMP 1.1."""

    def test_nack(self):
        connection, listener = self.open()
        destination = self.destination()
        self.subscribe(connection, listener, destination, ack="client-individual")
        connection.send(destination, "again")
        self.ack(connection, listener.frames.get(timeout=PATIENCE), "nack")
        again = listener.frames.get(timeout=PATIENCE)
        self.assertEqual((again.body, again.headers["redelivered"]), ("again", "true"))
        self.ack(connection, again)

    def test_header_values_are_escaped(self):
        connection, listener = self.open()
        destination = self.destination()
        self.subscribe(connection, listener, destination)
        value = "a:b\\c\nd"
        connection.send(destination, "x", headers={"x-colon": value})
        self.assertEqual(listener.frames.get(timeout=PATIENCE).headers["x-colon"], value)

    def test_heart_beats(self):
        connection, listener = self.open(heartbeats=(200, 200), heart_beat_receive_scale=25)
        for _ in range(3):
            self.assertTrue(listener.beats.get(timeout=PATIENCE))
        self.assertTrue(connection.is_connected())


def tcp():
    host, port = os.environ["STOMP_TCP"].rsplit(":", 1)
    return [(host, int(port))]


class Tcp10(Cases, unittest.TestCase):
    left_after_two = ["one", "three"]

    def connection(self, **options):
        return stomp.Connection10(tcp(), **options)


class Tcp11(Newer, unittest.TestCase):
    ack_arguments = ("s",)

    def connection(self, **options):
        return stomp.Connection11(tcp(), **options)


class Tcp12(Newer, unittest.TestCase):
    ack_header = "ack"

    def connection(self, **options):
        return stomp.Connection12(tcp(), **options)


class WebSocket12(Newer, unittest.TestCase):
    ack_header = "ack"

    def connection(self, **options):
        url = urlsplit(os.environ["STOMP_URL"])
        return stomp.WSConnection([(url.hostname, url.port)], ws_path=url.path, **options)


if __name__ == "__main__":
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(
        unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    )
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    print(f"{result.testsRun - failed - len(result.skipped)} passed, {failed} failed", flush=True)
    # stomp.py's threads of a connection that a failing test left open would keep the process.
    os._exit(1 if failed else 0)
