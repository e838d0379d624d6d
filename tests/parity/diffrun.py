#!/usr/bin/env python3
"""diffrun.py - differential harness: a reference CLI against a system under test.

Every case runs against fresh moto state, once per side, in a fresh HOME and cwd.
Results are normalised and compared: stdout, exit code, stderr, files left behind,
and (for stub cases) the HTTP requests that were sent.

  record   diffrun.py --corpus DIR --ref "CMD" --set public --record golden-public.json
  score    diffrun.py --corpus DIR --golden golden-public.json --sut "CMD"
  live     diffrun.py --corpus DIR --ref "CMD" --sut "CMD"
  inspect  diffrun.py ... --show iam-users/create-user

Only the standard library and PyYAML are needed; moto (5.2.1) must be importable by
--moto-python, because the harness starts its own moto servers.
The case format is described in CASES.md.
"""
import argparse
import base64
import datetime as dt
import difflib
import fnmatch
import glob
import hashlib
import http.server
import json
import os
import pty
import re
import select
import shlex
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
import urllib.parse
import urllib.request

import yaml

GOLDEN_FORMAT = 1
ALL = ("stdout", "exit", "stderr")
SEED0 = 1000
STEP_TIMEOUT = 90


# ----------------------------------------------------------------- normalising

TS = re.compile(
    r"(?<!\d)(20\d\d)-(\d\d)-(\d\d)([T ])(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|\+00:00| ?UTC)?"
)
SESSION_TOKEN = re.compile(r"FQoGZXIvYXdzEBYaD[A-Za-z0-9+/=]+")
QR_CODE = re.compile(r'(QRCodePNG"?: *"?)[A-Za-z0-9+/]{86}==')  # random in moto
AUTO_SESSION = re.compile(r"\b[a-zA-Z][a-zA-Z-]*session-\d{9,}\b")
VERSION_LINE = re.compile(r"^(aws-cli|iamctl|aws)/\d\S* [^\n]*$", re.M)
BASE_TIME = dt.datetime(2001, 1, 1)


def norm_ts(text, now):
    """A recent time becomes 2001-01-01 plus its distance from now in steps of 5 min.

    Old times (AWS managed policies, fixtures) are left as they are, so wrong parsing
    of those still shows. The number of fraction digits and the suffix are kept.
    """

    def sub(m):
        try:
            t = dt.datetime(*(int(m.group(i)) for i in (1, 2, 3, 5, 6, 7)))
        except ValueError:
            return m.group(0)
        delta = (t - now).total_seconds()
        if not -3600 < delta < 10 * 86400:
            return m.group(0)
        t2 = BASE_TIME + dt.timedelta(seconds=round(delta / 300) * 300)
        frac = m.group(8) or ""
        if frac:
            frac = "." + "0" * (len(frac) - 1)
        return t2.strftime("%Y-%m-%d") + m.group(4) + t2.strftime("%H:%M:%S") + frac + (m.group(9) or "")

    return TS.sub(sub, text)


def make_prog_re(progs):
    names = "|".join(sorted((re.escape(p) for p in progs), key=len, reverse=True))
    return re.compile(
        r"(?<![\w:/.~@-])(?:" + names + r")"
        r"(?=: \[| \[options\]| \[--| \[option\]| <command>| <service>"
        r"| (?:help|configure|login|logout|sso|iam|sts|history|update|cli-dev)\b|: error|: warning)"
    )


class Normaliser:
    def __init__(self, paths, progs):
        # longest path first, so that HOME inside cwd cannot shadow it
        self.paths = sorted(paths, key=lambda p: -len(p[0]))
        self.prog = make_prog_re(progs)

    def __call__(self, text, now, b64=False):
        for p, token in self.paths:
            text = text.replace(p, token)
        text = VERSION_LINE.sub("{PROG}/{VERSION}", text)
        text = self.prog.sub("{PROG}", text)
        text = SESSION_TOKEN.sub("{SESSION_TOKEN}", text)
        text = AUTO_SESSION.sub("{AUTO_SESSION}", text)
        text = QR_CODE.sub(r"\1{QR}", text)
        text = norm_ts(text, now)
        if b64:
            text = re.sub(r"[A-Za-z0-9+/]{80,}={0,2}", lambda m: self._b64(m.group(0), now), text)
        return text

    @staticmethod
    def _b64(s, now):
        try:
            plain = base64.b64decode(s).decode("utf-8")
        except Exception:
            return s
        return "{B64:" + norm_ts(plain, now).replace("\n", "\\n") + "}"


SERVICE_ERR = re.compile(r"An error occurred \(([^)]+)\) when calling the (\w+) operation")
CLIENT_ERR = re.compile(r"An error occurred \(([^)]+)\)")


def err_kind(stderr):
    """The loosest view: which kind of error is it."""
    if not stderr.strip():
        return ""
    m = SERVICE_ERR.search(stderr)
    if m:
        return f"service:{m.group(1)}:{m.group(2)}"
    m = CLIENT_ERR.search(stderr)
    if m:
        return f"client:{m.group(1)}"
    if "WARNING" in stderr or "arning" in stderr:
        return "warning"
    return "other"


def err_class(stderr):
    """Error class: the final error line, without prefix, quoted parts and numbers."""
    if not stderr.strip():
        return ""
    m = SERVICE_ERR.search(stderr)
    if m:
        return f"service:{m.group(1)}:{m.group(2)}"
    lines = [ln.strip() for ln in stderr.splitlines() if ln.strip()]
    err = [ln for ln in lines if "[ERROR]" in ln or "An error occurred" in ln]
    line = err[-1] if err else lines[-1]
    line = re.sub(r"^\{PROG\}: (\[ERROR\]|error):?\s*", "", line)
    line = re.sub(r"^An error occurred \(\w+\): ", "", line)
    line = re.sub(r"'[^']*'|\"[^\"]*\"", "Q", line)
    line = re.sub(r"\d+", "N", line)
    return line.lower().rstrip(" .")


# ------------------------------------------------------------------------ moto


class Moto:
    def __init__(self, python, managed, logdir):
        self.port = free_port()
        self.managed = managed
        env = dict(os.environ)
        env["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true" if managed else "false"
        for k in list(env):
            if k.startswith("AWS_"):
                del env[k]
        self.log = open(os.path.join(logdir, f"moto-{'managed' if managed else 'plain'}.log"), "wb")
        self.proc = subprocess.Popen(
            python + ["-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)],
            stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL, env=env, start_new_session=True,
        )
        self.url = f"http://127.0.0.1:{self.port}"
        for _ in range(200):
            try:
                self.post("/moto-api/reset")
                return
            except OSError:
                if self.proc.poll() is not None:
                    break
                time.sleep(0.1)
        raise SystemExit(f"moto did not start, see {self.log.name}")

    def post(self, path, data=b""):
        req = urllib.request.Request(self.url + path, data=data, method="POST",
                                     headers={"Content-Type": "text/plain"})
        with urllib.request.urlopen(req, timeout=60) as r:
            return r.read()

    def reset(self):
        """Fresh state. The managed policies get their ids when the backend is made: by reset, or by the first call."""
        self.post("/moto-api/seed?a=999")
        self.post("/moto-api/reset")
        if self.managed:
            self.post("/moto-api/seed?a=999")
            req = urllib.request.Request(
                self.url + "/", data=b"Action=ListUsers&Version=2010-05-08", method="POST",
                headers={"Authorization": "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/iam/aws4_request, "
                                          "SignedHeaders=host, Signature=0"})
            with urllib.request.urlopen(req, timeout=60) as r:
                r.read()

    def stop(self):
        if self.proc.poll() is None:
            self.proc.terminate()
            try:
                self.proc.wait(5)
            except subprocess.TimeoutExpired:
                self.proc.kill()


_used_ports = set()


def free_port():
    """A free port with four digits: the width of an endpoint stays the same."""
    start = int(os.environ.get("PARITY_FIRST_PORT") or 5100 + (os.getpid() * 7) % 3000)
    for p in list(range(start, 9000)) + list(range(5100, start)):
        if p in _used_ports:
            continue
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", p))
            except OSError:
                continue
        _used_ports.add(p)
        return p
    raise SystemExit("no free port")


# ------------------------------------------------------------------------ stub


class Stub:
    """A scripted HTTP server: answers a list of canned replies and keeps the requests."""

    def __init__(self, replies):
        self.replies = replies
        self.requests = []
        self.lock = threading.Lock()
        outer = self

        class H(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *a):
                pass

            def handle_any(self):
                n = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(n)
                with outer.lock:
                    i = len(outer.requests)
                    outer.requests.append(outer.describe(self, body))
                    r = outer.replies[min(i, len(outer.replies) - 1)] if outer.replies else {}
                if r.get("delay"):
                    time.sleep(r["delay"])
                if r.get("drop"):
                    self.close_connection = True
                    self.connection.close()
                    return
                out = r.get("body", "")
                out = base64.b64decode(out["b64"]) if isinstance(out, dict) else out.encode()
                try:
                    self.send_response(r.get("status", 200))
                    hs = {"Content-Type": "text/xml"}
                    hs.update(r.get("headers") or {})
                    for k, v in hs.items():
                        self.send_header(k, v)
                    self.send_header("Content-Length", str(len(out)))
                    self.end_headers()
                    self.wfile.write(out)
                except OSError:
                    pass

            do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = do_CONNECT = handle_any

        class S(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *a):
                pass

        self.port = free_port()
        self.server = S(("127.0.0.1", self.port), H)
        self.url = f"http://127.0.0.1:{self.port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @staticmethod
    def describe(h, body):
        d = {"method": h.command, "path": h.path}
        ctype = h.headers.get("Content-Type")
        if ctype:
            d["content_type"] = ctype.split(";")[0].strip()
        if body:
            try:
                d["params"] = sorted(
                    urllib.parse.parse_qsl(body.decode("utf-8"), keep_blank_values=True, strict_parsing=True)
                )
            except Exception:
                d["body"] = body.decode("utf-8", "backslashreplace")
        auth = h.headers.get("Authorization") or ""
        m = re.search(r"Credential=([^/]+)/\d{8}/([^/]+)/([^/]+)/aws4_request", auth)
        d["auth"] = f"{m.group(1)} {m.group(2)} {m.group(3)}" if m else (auth[:40] or None)
        if h.headers.get("X-Amz-Security-Token"):
            d["token"] = h.headers.get("X-Amz-Security-Token")
        return d

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


# ---------------------------------------------------------------------- corpus


def load_corpus(root):
    cases = []
    seen = set()
    files = [root] if os.path.isfile(root) else sorted(glob.glob(os.path.join(root, "**", "*.yaml"), recursive=True))
    for f in files:
        group = os.path.splitext(os.path.basename(f))[0]
        with open(f, encoding="utf-8") as fh:
            for c in yaml.safe_load(fh) or []:
                c["group"] = group
                name = c["name"]
                if "/" not in name:
                    name = c["name"] = f"{group}/{name}"
                if name in seen:
                    raise SystemExit(f"duplicate case name {name}")
                seen.add(name)
                for s in c["steps"]:
                    if "cmd" in s:
                        s["argv"] = shlex.split(s.pop("cmd"))
                    s["argv"] = [str(a) for a in s["argv"]]
                cases.append(c)
    return cases


def case_hash(c):
    d = {k: v for k, v in c.items() if k not in ("heldout", "group", "doc")}
    return hashlib.sha256(json.dumps(d, sort_keys=True, default=str).encode()).hexdigest()[:16]


# ---------------------------------------------------------------------- runner


class Runner:
    def __init__(self, args):
        self.args = args
        base = args.workdir or os.path.join(tempfile.gettempdir(), f"dr{os.getpid():07d}")
        self.base = base
        os.makedirs(base, exist_ok=True)
        self.motos = {}

    def moto(self, managed):
        managed = bool(managed)
        if managed not in self.motos:
            self.motos[managed] = Moto(shlex.split(self.args.moto_python), managed, self.base)
        return self.motos[managed]

    def close(self):
        for m in self.motos.values():
            m.stop()
        if not self.args.keep:
            shutil.rmtree(self.base, ignore_errors=True)

    # -- one case on one side
    def run_case(self, case, cmd, progs):
        home = os.path.join(self.base, "home")
        cwd = os.path.join(self.base, "work")
        for d in (home, cwd):
            shutil.rmtree(d, ignore_errors=True)
            os.makedirs(d)
        os.chmod(home, 0o755)
        m = self.moto(case.get("managed"))
        m.reset()
        stub = Stub(case["stub"]) if "stub" in case else None
        vars_ = {
            "EP": m.url, "PORT": str(m.port), "HOST": f"127.0.0.1:{m.port}",
            "BADEP": "http://127.0.0.1:9", "HOME": home, "CWD": cwd,
        }
        paths = [(m.url, "{EP}"), (f"127.0.0.1:{m.port}", "{HOST}"), (home, "{HOME}"), (cwd, "{CWD}")]
        if stub:
            vars_["STUB"] = stub.url
            paths += [(stub.url, "{STUB}"), (f"127.0.0.1:{stub.port}", "{STUBHOST}")]
        vars_["SELF"] = shlex.join(cmd)
        norm = Normaliser(paths, progs)
        captured = {}

        def sub(s):
            if s is None:
                return None
            return re.sub(
                r"\{([A-Z][A-Z0-9_]*)\}",
                lambda mm: captured.get(mm.group(1), vars_.get(mm.group(1), mm.group(0))),
                str(s),
            )

        files = dict(case.get("files") or {})
        if "config" in case:
            files["~/.aws/config"] = case["config"]
        if "credentials" in case:
            files["~/.aws/credentials"] = {"text": case["credentials"], "mode": "600"}
        for name, spec in files.items():
            p = os.path.join(home, name[2:]) if name.startswith("~/") else os.path.join(cwd, name)
            os.makedirs(os.path.dirname(p), exist_ok=True)
            mode = None
            if isinstance(spec, dict):
                mode = spec.get("mode")
                data = base64.b64decode(spec["b64"]) if "b64" in spec else sub(spec["text"]).encode()
            else:
                data = sub(spec).encode()
            with open(p, "wb") as fh:
                fh.write(data)
            os.chmod(p, int(mode, 8) if mode else 0o644)
        before = self.snapshot(home, cwd)

        steps = []
        reset_auth = False
        t_case = utcnow()
        for i, s in enumerate(case["steps"]):
            m.post(f"/moto-api/seed?a={SEED0 + i}")
            if "auth" in s:
                m.post("/moto-api/reset-auth", str(s["auth"]).encode())
                reset_auth = True
            env = {
                "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": home, "LANG": "C.UTF-8",
                "LC_ALL": "C.UTF-8", "TZ": "UTC",
                "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing",
                "AWS_DEFAULT_REGION": "us-east-1", "AWS_ENDPOINT_URL": m.url,
                "AWS_EC2_METADATA_DISABLED": "true",
            }
            for src in (case.get("env"), s.get("env")):
                for k, v in (src or {}).items():
                    if v is None:
                        env.pop(k, None)
                    else:
                        env[k] = sub(v)
            if s.get("pty"):
                env.setdefault("TERM", "xterm-256color")
            argv = [sub(a) for a in s["argv"]]
            for f, content in (s.get("files") or {}).items():
                p = os.path.join(home, f[2:]) if f.startswith("~/") else os.path.join(cwd, f)
                os.makedirs(os.path.dirname(p), exist_ok=True)
                with open(p, "w") as fh:
                    fh.write(sub(content))
            stdin = sub(s.get("stdin"))
            now = utcnow()
            t0 = time.perf_counter()
            rc, out, err = self.execute(cmd + argv, env, cwd, stdin, s)
            wall = time.perf_counter() - t0
            for var, path in (s.get("capture") or {}).items():
                captured[var] = dig(out, path) or f"MISSING-{var}"
            b64 = "b64" in (s.get("norm") or [])
            steps.append({
                "rc": rc,
                "stdout": norm(out, now, b64),
                "stderr": norm(err, now, b64),
                "wall": round(wall, 4),
            })
        if reset_auth:
            m.post("/moto-api/reset-auth", b"inf")
        res = {"steps": steps, "files": self.diff_files(before, self.snapshot(home, cwd), norm, t_case)}
        if stub:
            stub.stop()
            res["wire"] = json.loads(norm(json.dumps(stub.requests), t_case))
        return res

    def execute(self, argv, env, cwd, stdin, step):
        timeout = step.get("timeout", STEP_TIMEOUT)
        if step.get("pty"):
            return self.execute_pty(argv, env, cwd, stdin, step, timeout)
        try:
            p = subprocess.Popen(
                argv, env=env, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL, start_new_session=True,
            )
        except OSError as e:
            return "not-run", "", f"{e}\n"
        try:
            out, err = p.communicate(stdin.encode() if stdin is not None else None, timeout=timeout)
            rc = p.returncode
        except subprocess.TimeoutExpired:
            os.killpg(p.pid, signal.SIGKILL)
            out, err = p.communicate()
            rc = "timeout"
        return rc, out.decode("utf-8", "backslashreplace"), err.decode("utf-8", "backslashreplace")

    def execute_pty(self, argv, env, cwd, stdin, step, timeout):
        master, slave = pty.openpty()
        cols, rows = step.get("cols", 80), step.get("rows", 24)
        import fcntl

        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))
        p = subprocess.Popen(argv, env=env, cwd=cwd, stdin=slave, stdout=slave, stderr=slave,
                             start_new_session=True)
        os.close(slave)
        if stdin:
            os.write(master, stdin.encode())
        out = b""
        end = time.time() + timeout
        rc = None
        while time.time() < end:
            r, _, _ = select.select([master], [], [], 0.2)
            if r:
                try:
                    d = os.read(master, 65536)
                except OSError:
                    d = b""
                if not d:
                    break
                out += d
            elif p.poll() is not None:
                break
        try:
            rc = p.wait(max(0.1, end - time.time()))
        except subprocess.TimeoutExpired:
            os.killpg(p.pid, signal.SIGKILL)
            p.wait()
            rc = "timeout"
        os.close(master)
        return rc, out.decode("utf-8", "backslashreplace").replace("\r\n", "\n"), ""

    # -- files
    @staticmethod
    def snapshot(home, cwd):
        res = {}
        for root, tag in ((home, "~/"), (cwd, "")):
            for d, _, names in os.walk(root):
                for n in names:
                    p = os.path.join(d, n)
                    rel = tag + os.path.relpath(p, root)
                    # state of the reference's own telemetry and history: not part of the contract
                    if re.match(r"~/\.aws/cli/(cache/session\.db|history)", rel) or rel.startswith(("~/.cache/", "~/.lesshst")):
                        continue
                    try:
                        with open(p, "rb") as fh:
                            res[rel] = (fh.read(), oct(os.stat(p).st_mode & 0o777))
                    except OSError:
                        res[rel] = (b"<unreadable>", "?")
        return res

    @staticmethod
    def diff_files(before, after, norm, now):
        now = utcnow() if now is None else now
        out = {}
        for rel in sorted(set(before) | set(after)):
            if rel in before and rel in after and before[rel] == after[rel]:
                continue
            if rel not in after:
                out[rel] = {"state": "deleted"}
                continue
            data, mode = after[rel]
            if rel.startswith("~/.aws/cli/cache/") and rel.endswith(".json"):
                data = cache_entry(data)
            try:
                content = norm(data.decode("utf-8"), now)
            except UnicodeDecodeError:
                content = f"<binary {len(data)} bytes>"
            out[rel] = {"state": "new" if rel not in before else "changed", "mode": mode, "content": content}
        return out


def cache_entry(data):
    """A cached credential without the reply's headers, keys sorted."""
    try:
        d = json.loads(data)
        d.pop("ResponseMetadata", None)
        return json.dumps(d, sort_keys=True, ensure_ascii=False).encode()
    except Exception:
        return data


def utcnow():
    return dt.datetime.now(dt.timezone.utc).replace(tzinfo=None)


def dig(text, path):
    try:
        v = json.loads(text)
        for part in path.split("."):
            v = v[int(part)] if isinstance(v, list) else v[part]
        return str(v)
    except Exception:
        return None


# --------------------------------------------------------------------- compare


def compare_case(case, ref, sut):
    """-> dict with per-step booleans; a component that a step does not compare is None."""
    res = {"steps": [], "files": None, "wire": None}
    for i, s in enumerate(case["steps"]):
        what = set(s.get("compare", ALL))
        r = ref["steps"][i]
        u = sut["steps"][i]
        st = {
            "stdout": r["stdout"] == u["stdout"] if "stdout" in what else None,
            "exit": r["rc"] == u["rc"] if "exit" in what else None,
            "stderr": r["stderr"] == u["stderr"] if "stderr" in what else None,
            "class": err_class(r["stderr"]) == err_class(u["stderr"]) if what & {"stderr", "class"} else None,
            "kind": err_kind(r["stderr"]) == err_kind(u["stderr"]) if what & {"stderr", "class"} else None,
        }
        res["steps"].append(st)
    if "files" not in case.get("skip", []):
        if ref["files"] or sut["files"]:
            res["files"] = ref["files"] == sut["files"]
    if ("wire" in ref or "wire" in sut) and "wire" not in case.get("skip", []):
        res["wire"] = ref.get("wire") == sut.get("wire")
    ok = all(st[k] is not False for st in res["steps"] for k in ("stdout", "exit", "class"))
    ok = ok and res["files"] is not False and res["wire"] is not False
    res["pass"] = ok
    res["strict"] = ok and all(st["stderr"] is not False for st in res["steps"])
    return res


def slim(case, result):
    """What a step does not compare is not kept (help texts, mostly)."""
    for s, r in zip(case["steps"], result["steps"]):
        what = set(s.get("compare", ALL))
        if "stdout" not in what:
            r["stdout"] = f"<not compared, {len(r['stdout'])} characters>"
        if not what & {"stderr", "class"}:
            r["stderr"] = f"<not compared, {len(r['stderr'])} characters>"
    return result


class Tally:
    KEYS = ("stdout", "exit", "stderr", "class", "kind")

    def __init__(self):
        self.cases = self.passed = self.strict = self.steps = 0
        self.n = dict.fromkeys(self.KEYS + ("files", "wire"), 0)
        self.ok = dict.fromkeys(self.KEYS + ("files", "wire"), 0)

    def add(self, cmp_):
        self.cases += 1
        self.passed += cmp_["pass"]
        self.strict += cmp_["strict"]
        for st in cmp_["steps"]:
            self.steps += 1
            for k in self.KEYS:
                if st[k] is not None:
                    self.n[k] += 1
                    self.ok[k] += st[k]
        for k in ("files", "wire"):
            if cmp_[k] is not None:
                self.n[k] += 1
                self.ok[k] += cmp_[k]

    def pct(self, k):
        return f"{100.0 * self.ok[k] / self.n[k]:5.1f}" if self.n[k] else "   - "

    def row(self, name):
        return (
            f"{name:24} {self.passed:4}/{self.cases:<4} {self.strict:4}/{self.cases:<4} {self.steps:5}  "
            + "  ".join(self.pct(k) for k in ("stdout", "exit", "stderr", "class", "kind", "files", "wire"))
        )

    def as_dict(self):
        return {
            "cases": self.cases, "pass": self.passed, "strict": self.strict, "steps": self.steps,
            **{k + "_pct": round(100.0 * self.ok[k] / self.n[k], 2) if self.n[k] else None for k in self.n},
            "counts": {k: [self.ok[k], self.n[k]] for k in self.n},
        }


HEAD = (
    f"{'group':24} {'pass':>9} {'strict':>9} {'steps':>5}  "
    + "  ".join(f"{h:>5}" for h in ("out%", "exit%", "err%", "cls%", "kind%", "file%", "wire%"))
)


def show_diff(case, ref, sut, cmp_, everything=False):
    print(f"=== {case['name']}  {'PASS' if cmp_['pass'] else 'FAIL'}{'' if cmp_['strict'] else ' (not strict)'}")
    for i, s in enumerate(case["steps"]):
        st = cmp_["steps"][i]
        r, u = ref["steps"][i], sut["steps"][i]
        bad = [k for k in ("stdout", "exit", "stderr") if st[k] is False]
        flags = " ".join(f"{k}={'-' if v is None else 'ok' if v else 'BAD'}" for k, v in st.items())
        print(f"--- step {i}: {shlex.join(s['argv'])}\n    {flags}   rc ref={r['rc']} sut={u['rc']}   "
              f"wall ref={r.get('wall')} sut={u.get('wall')}")
        for k in ("stdout", "stderr"):
            if k in bad:
                d = difflib.unified_diff(r[k].splitlines(), u[k].splitlines(), f"ref {k}", f"sut {k}", lineterm="", n=4)
                print("\n".join("    " + ln for ln in d) or "    (differs only in the final newline)")
            elif everything and r[k]:
                print("\n".join(f"    [{k}] " + ln for ln in r[k].splitlines()))
    for k in ("files", "wire"):
        if cmp_[k] is False:
            a = json.dumps(ref.get(k), indent=1, sort_keys=True).replace("\\n", "\n").splitlines()
            b = json.dumps(sut.get(k), indent=1, sort_keys=True).replace("\\n", "\n").splitlines()
            print("\n".join("    " + ln for ln in difflib.unified_diff(a, b, f"ref {k}", f"sut {k}", lineterm="")))
        elif everything and ref.get(k):
            print(f"    [{k}] " + json.dumps(ref[k], indent=1))


# ------------------------------------------------------------------------ main


def load_golden(paths):
    g = {"cases": {}, "meta": []}
    prog = make_prog_re({"aws", "iamctl"})
    for p in paths:
        with open(p, encoding="utf-8") as fh:
            d = json.load(fh)
        if d.get("format") != GOLDEN_FORMAT:
            raise SystemExit(f"{p}: unknown golden format")
        g["meta"].append(d["meta"])
        # names that an older recorder did not normalise
        for c in d["cases"].values():
            for s in c["result"]["steps"]:
                s["stdout"], s["stderr"] = prog.sub("{PROG}", s["stdout"]), prog.sub("{PROG}", s["stderr"])
        g["cases"].update(d["cases"])
    return g


def moto_version(python):
    try:
        return subprocess.run(shlex.split(python) + ["-c", "import moto;print(moto.__version__)"],
                              capture_output=True, text=True).stdout.strip()
    except OSError:
        return "?"


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    here = os.path.dirname(os.path.abspath(__file__))
    ap.add_argument("--corpus", default=os.path.join(here, "corpus"))
    ap.add_argument("--ref", help="reference command")
    ap.add_argument("--sut", help="command under test")
    ap.add_argument("--golden", action="append", default=[], help="recorded reference results (repeatable)")
    ap.add_argument("--record", help="write the reference results to this file")
    ap.add_argument("--update", action="store_true", help="with --record: replace only the cases that were run")
    ap.add_argument("--set", choices=("public", "heldout", "all"), default="all")
    ap.add_argument("--only", action="append", default=[], help="glob on case name (repeatable)")
    ap.add_argument("--show", action="append", default=[], help="run these cases (glob) and print their diff")
    ap.add_argument("--full", action="store_true", help="with --show, print what matches as well")
    ap.add_argument("--json", help="write all results to this file")
    ap.add_argument("--prog", action="append", default=["aws", "iamctl"], help="program name(s) to normalise")
    ap.add_argument("--moto-python", default=os.environ.get("MOTO_PYTHON", "python3"))
    ap.add_argument("--workdir")
    ap.add_argument("--keep", action="store_true", help="keep the work directory")
    ap.add_argument("-v", "--verbose", action="store_true", help="one line per case")
    ap.add_argument("--list", action="store_true")
    a = ap.parse_args()

    cases = load_corpus(a.corpus)
    if a.set != "all":
        cases = [c for c in cases if bool(c.get("heldout")) == (a.set == "heldout")]
    pats = a.only + a.show
    if pats:
        cases = [c for c in cases if any(fnmatch.fnmatch(c["name"], p) or c["name"].endswith("/" + p) for p in pats)]
    if a.list:
        for c in cases:
            print(f"{'heldout' if c.get('heldout') else 'public ':8} {c['name']}  ({len(c['steps'])} steps)")
        print(f"{len(cases)} cases, {sum(len(c['steps']) for c in cases)} steps")
        return 0
    golden = load_golden(a.golden) if a.golden else None
    missing, stale = [], []
    if golden:
        missing = [c["name"] for c in cases if c["name"] not in golden["cases"]]
        cases = [c for c in cases if c["name"] in golden["cases"]]
        if missing and not pats:
            print(f"note: {len(missing)} case(s) of the corpus are not in the golden and are skipped", file=sys.stderr)
        mv = moto_version(a.moto_python)
        for meta in golden["meta"]:
            if meta["moto"] != mv:
                print(f"warning: golden was recorded with moto {meta['moto']}, this is {mv}", file=sys.stderr)
        stale = [c for c in cases if golden["cases"][c["name"]]["hash"] != case_hash(c)]
        for c in stale:
            print(f"warning: {c['name']} has changed since the golden was recorded and is skipped", file=sys.stderr)
        cases = [c for c in cases if c not in stale]
    if not a.ref and not golden:
        ap.error("one of --ref and --golden is needed")
    if not a.sut and not a.record and not (a.ref and golden):
        ap.error("--sut is needed (or --record, or --ref with --golden to check the golden)")
    if not cases:
        ap.error("no case selected")

    ref_cmd = shlex.split(a.ref) if a.ref else None
    # --ref with --golden and no --sut: the reference is scored against its own golden
    sut_cmd = shlex.split(a.sut) if a.sut else (ref_cmd if golden else None)
    progs = set(a.prog)
    for c in (ref_cmd, sut_cmd):
        if c:
            progs.add(os.path.basename(c[0]))
    progs -= {"python", "python3", "env"}

    run = Runner(a)
    results = {}
    groups = {}
    total = Tally()
    t0 = time.time()
    walls = {"ref": 0.0, "sut": 0.0}
    try:
        for c in cases:
            if golden:
                ref = golden["cases"][c["name"]]["result"]
            else:
                ref = run.run_case(c, ref_cmd, progs)
            entry = {"ref": ref}
            walls["ref"] += sum(s.get("wall") or 0 for s in ref["steps"])
            if sut_cmd:
                sut = run.run_case(c, sut_cmd, progs)
                walls["sut"] += sum(s["wall"] for s in sut["steps"])
                cmp_ = compare_case(c, ref, sut)
                entry.update(sut=sut, cmp=cmp_)
                total.add(cmp_)
                groups.setdefault(c["group"], Tally()).add(cmp_)
                if a.show:
                    show_diff(c, ref, sut, cmp_, a.full)
                elif a.verbose or not cmp_["pass"]:
                    bad = sorted({k for st in cmp_["steps"] for k, v in st.items() if v is False}
                                 | {k for k in ("files", "wire") if cmp_[k] is False})
                    print(f"{'PASS' if cmp_['pass'] else 'FAIL'} {c['name']}  {' '.join(bad)}", flush=True)
            elif a.verbose:
                print(f"recorded {c['name']}  rc={[s['rc'] for s in ref['steps']]}", flush=True)
            results[c["name"]] = entry
    finally:
        run.close()

    if a.record and ref_cmd:
        meta = {
            "moto": moto_version(a.moto_python), "set": a.set, "recorded": utcnow().isoformat(timespec="seconds"),
            "ref_version": subprocess.run(ref_cmd + ["--version"], capture_output=True, text=True).stdout.strip(),
            "cases": len(cases), "steps": sum(len(c["steps"]) for c in cases),
        }
        out = {"format": GOLDEN_FORMAT, "meta": meta, "cases": {
            c["name"]: {"hash": case_hash(c), "group": c["group"], "result": slim(c, results[c["name"]]["ref"])}
            for c in cases}}
        if a.update and os.path.exists(a.record):
            with open(a.record, encoding="utf-8") as fh:
                old = json.load(fh)
            old["cases"].update(out["cases"])
            out = dict(old, meta=dict(old["meta"], cases=len(old["cases"]), updated=meta["recorded"], steps=sum(
                len(c["result"]["steps"]) for c in old["cases"].values())))
        with open(a.record, "w", encoding="utf-8") as fh:
            json.dump(out, fh, indent=1, ensure_ascii=False)
            fh.write("\n")
        print(f"recorded {len(cases)} cases, {meta['steps']} steps to {a.record} in {time.time() - t0:.0f} s")
    if sut_cmd and not a.show:
        print()
        print(HEAD)
        for g in sorted(groups):
            print(groups[g].row(g))
        print(total.row("TOTAL"))
        print(
            f"\nstdout match {total.pct('stdout').strip()}%  exit match {total.pct('exit').strip()}%  "
            f"stderr exact {total.pct('stderr').strip()}%  error class {total.pct('class').strip()}%  "
            f"files {total.pct('files').strip()}%  wire {total.pct('wire').strip()}%"
        )
        print(f"cases passed {total.passed}/{total.cases}, strictly (stderr exact too) {total.strict}/{total.cases}; "
              f"process time ref {walls['ref']:.1f} s, sut {walls['sut']:.1f} s; whole run {time.time() - t0:.0f} s")
    if a.json:
        with open(a.json, "w", encoding="utf-8") as fh:
            json.dump({"total": total.as_dict(), "groups": {g: t.as_dict() for g, t in groups.items()},
                       "cases": results}, fh, indent=1, ensure_ascii=False)
    skipped = len(stale) + (0 if pats else len(missing)) if golden else 0
    if skipped:
        print(f"{skipped} case(s) skipped: the golden does not fit the corpus")
    return 0 if not skipped and (not sut_cmd or total.passed == total.cases) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:
        sys.exit(1)
