"""Writes layout.txt: the cache that huggingface_hub leaves after pulling the tiny model of HubTest.

Run: python make.py > layout.txt   (with the versions in versions.txt)
"""

import hashlib
import http.server
import json
import os
import sys
import tempfile
import threading

COMMIT = "0123456789abcdef0123456789abcdef01234567"
REPO = "tiny/writer"
# The same bytes as HubTest.tiny
FILES = {
    "README.md": b"---\nlicense: apache-2.0\n---\n# Tiny\n",
    "config.json": b'{"model_type": "llama"}',
    "empty.txt": b"",
    "model.safetensors": bytes((i * 31 + 7) % 251 for i in range(200_000)),
    "sub/folder/config.json": b'{"model_type": "llama"}',
}


def digest(name, data):
    if name.endswith(".safetensors"):
        return hashlib.sha256(data).hexdigest()
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, body):
        if self.path.startswith("/api/"):
            data = json.dumps(
                {"id": REPO, "sha": COMMIT, "siblings": [{"rfilename": name} for name in FILES]}
            ).encode()
            self.send_response(200)
        else:
            name = self.path.split("/resolve/" + COMMIT + "/")[1]
            data = FILES[name]
            self.send_response(200)
            self.send_header("ETag", '"%s"' % digest(name, data))
            self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if body:
            self.wfile.write(data)

    def do_GET(self):
        self.answer(True)

    def do_HEAD(self):
        self.answer(False)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
cache = tempfile.mkdtemp()
os.environ["HF_ENDPOINT"] = "http://127.0.0.1:%d" % server.server_port
os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"

import huggingface_hub  # noqa: E402  (reads the environment)

huggingface_hub.snapshot_download(REPO, cache_dir=cache)
for folder, _, names in sorted(os.walk(cache)):
    for name in sorted(names):
        path = os.path.join(folder, name)
        relative = os.path.relpath(path, cache)
        if relative.startswith(".locks") or relative == "CACHEDIR.TAG":
            continue
        if os.path.islink(path):
            print(relative, "->", os.readlink(path))
        else:
            print(relative, hashlib.sha256(open(path, "rb").read()).hexdigest())
print("huggingface_hub", huggingface_hub.__version__, file=sys.stderr)
