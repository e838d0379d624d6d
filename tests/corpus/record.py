#!/usr/bin/env python3
"""Records what the AWS CLI makes of the broken files in this folder.

    python3 record.py /path/to/aws

Each file of config/ stands as ~/.aws/config alone, each of credentials/ as
~/.aws/credentials beside a config file that says a region only. The commands
are those of COMMANDS. What each of them prints and how it ends goes to
expected.jsonl in the file's folder, one line for a command.

Everything runs in a home of its own. Nothing can leave the machine: the
endpoint is a server of this script, and whatever is not on loopback is sent
to a proxy that is not there. Files whose names begin with `endpoint-` or
`services-` say themselves where the call goes.
"""

import concurrent.futures
import http.server
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading

HERE = pathlib.Path(__file__).resolve().parent
COMMANDS = ["sts get-caller-identity", "configure list", "configure get region"]
REGION = "[default]\nregion = eu-west-1\n"
IDENTITY = (
    '<GetCallerIdentityResponse xmlns="x"><GetCallerIdentityResult><Account>123456789012</Account>'
    "</GetCallerIdentityResult></GetCallerIdentityResponse>"
)
REFUSED = (
    '<ErrorResponse xmlns="x"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not here</Message>'
    "</Error><RequestId>r</RequestId></ErrorResponse>"
)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        form = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, body = (200, IDENTITY) if b"Action=GetCallerIdentity" in form else (403, REFUSED)
        self.send_response(status)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


def plain(text):
    """Without what belongs to the machine or the moment."""
    text = re.sub(r"/\S*/getpass\.py:\d+", "getpass.py", text)
    return re.sub(r"/\d{8}/(.*Signature=)[0-9a-f]+", r"/DATE/\1SIGNATURE", text)


def run(program, url, path, command):
    kind = path.suffix[1:]
    with tempfile.TemporaryDirectory() as home:
        folder = pathlib.Path(home, ".aws")
        folder.mkdir()
        (folder / kind).write_bytes(path.read_bytes())
        if kind == "credentials":
            (folder / "config").write_text(REGION)
        environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": home,
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "AWS_EC2_METADATA_DISABLED": "true",
            "HTTP_PROXY": "http://127.0.0.1:9",
            "HTTPS_PROXY": "http://127.0.0.1:9",
            "NO_PROXY": "127.0.0.1",
        }
        if not path.name.startswith(("endpoint-", "services-")):
            environment["AWS_ENDPOINT_URL"] = url
        done = subprocess.run(
            [program, *command.split()], env=environment, cwd=home, stdin=subprocess.DEVNULL, capture_output=True
        )
        text = lambda data: plain(data.decode("utf-8", "replace").replace(home, "{HOME}").replace(url, "{SERVER}"))
        return {
            "file": path.stem,
            "command": command,
            "code": done.returncode,
            "stdout": text(done.stdout),
            "stderr": text(done.stderr),
        }


def main():
    program = sys.argv[1]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for kind in ("config", "credentials"):
            paths = sorted((HERE / kind).glob(f"*.{kind}"))
            work = [(path, command) for path in paths for command in COMMANDS]
            lines = pool.map(lambda pair: run(program, url, *pair), work)
            text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
            (HERE / kind / "expected.jsonl").write_text(text, encoding="utf-8")


main()
