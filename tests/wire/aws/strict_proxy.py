"""Runs a command between whose AWS clients and the server it stands, and checks every reply strictly.

Arguments: the command. The server is the one that `AWS_ENDPOINT_URL` names; the command finds this program there. It ends
with the command's exit status, or with 1 if a reply was not what the model says or if there was none.
"""

import os
import subprocess
import sys
import threading
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from strict_replies import check_reply

upstream = urlsplit(os.environ["AWS_ENDPOINT_URL"]).netloc
problems, checked = [], []


class Proxy(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        request = self.rfile.read(int(self.headers.get("content-length", 0)))
        connection = HTTPConnection(upstream)
        connection.request("POST", self.path, request, {**self.headers, "Host": upstream, "Connection": "close"})
        reply = connection.getresponse()
        body = reply.read()
        try:
            self.check(request, reply, body)
        except Exception as problem:  # Whatever is wrong is reported at the end.
            problems.append(f"{type(problem).__name__}: {problem}")
        self.send_response(reply.status)
        for name, value in reply.getheaders():
            if name.lower() not in ("connection", "content-length", "transfer-encoding", "date", "server"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def check(self, request, reply, body):
        service = self.headers["authorization"].split("Credential=")[1].split("/")[3]
        target = self.headers.get("x-amz-target")
        action = target.rpartition(".")[2] if target else parse_qs(request.decode())["Action"][0]
        check_reply(service, action, reply.status, body)
        checked.append(f"{service}:{action}")

    def log_message(self, *arguments):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
threading.Thread(target=server.serve_forever, daemon=True).start()
endpoint = f"http://127.0.0.1:{server.server_port}"
status = subprocess.run(sys.argv[1:], env={**os.environ, "AWS_ENDPOINT_URL": endpoint}).returncode
if not checked:
    problems.append("no reply came by")
for problem in problems:
    print(problem, file=sys.stderr)
sys.exit(status or bool(problems))
