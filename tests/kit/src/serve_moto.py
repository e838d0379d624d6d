"""Serves moto on a port that the system picks, prints the port, and ends when standard input is closed.

The owner holds the other end of that pipe, so the server ends with it, however the owner ends.
"""
import os
import sys
import threading

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server


class Handler(WSGIRequestHandler):
    def log_request(self, *args):
        pass


def end_with_owner():
    sys.stdin.buffer.read()
    os._exit(0)


threading.Thread(target=end_with_owner, daemon=True).start()
app = DomainDispatcherApplication(create_backend_app)
app.debug = True
server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Handler)
os.environ["MOTO_PORT"] = str(server.server_port)
print(server.server_port, flush=True)
server.serve_forever()
