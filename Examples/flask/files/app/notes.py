"""Notes that are kept in the enclave's memory: put one, read it, list them all."""
import hashlib
import threading

from flask import Flask, abort, jsonify, request

app = Flask(__name__)
notes = {}
changing = threading.Lock()


@app.get("/")
def index():
    return f"{len(notes)} notes\n"


@app.get("/notes")
def names():
    return jsonify(sorted(notes))


@app.put("/notes/<name>")
def keep(name):
    with changing:
        notes[name] = request.get_data()
    return jsonify(name=name, sha256=hashlib.sha256(notes[name]).hexdigest()), 201


@app.get("/notes/<name>")
def show(name):
    if name not in notes:
        abort(404)
    return notes[name], 200, {"Content-Type": "application/octet-stream"}


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=5000, threaded=True)
