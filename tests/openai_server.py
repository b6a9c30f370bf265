"""A loopback server that speaks OpenAI's chat completions and says what a test sets."""

import json
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Server:
    """Replies with what the test sets, and keeps what it was sent."""

    def __init__(self):
        self.status, self.text, self.body, self.pause, self.requests = 200, "", None, 0.0, []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                sent = self.rfile.read(int(self.headers["Content-Length"]))
                outer.requests.append((self.path, self.headers, json.loads(sent)))
                time.sleep(outer.pause)
                body = outer.reply()
                with suppress(ConnectionError):  # who gave up is no longer there
                    self.send_response(outer.status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.address = f"http://127.0.0.1:{self._http.server_port}/v1"

    def reply(self):
        if self.body is not None:
            return self.body
        if self.status != 200:
            return json.dumps({"error": {"message": f"refused with {self.status}", "type": "x", "code": None}}).encode()
        message = {"role": "assistant", "content": self.text}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        return json.dumps(
            {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}
        ).encode()

    def prompt(self):
        return self.requests[-1][2]["messages"][0]["content"]

    def stop(self):
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
