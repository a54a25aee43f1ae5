"""Does what servers do and checks itself. What the host decides (sockets, times) is not checked; what no host may change is called WRONG.

An error is as good as the right answer: the host can have any call fail.
"""
import hashlib, os, socket, sqlite3, sys, threading

verified = {line.split()[1]: line.split()[0] for line in open("/attacked.sums")}


def attempt(what, body):
    try:
        body()
        print(what, "done")
    except (OSError, sqlite3.Error, EOFError, ImportError, RuntimeError) as error:
        print(what, type(error).__name__, error)


def files():
    for path, expected in verified.items():
        try:
            with open(path, "rb") as file:
                contents = file.read()
        except OSError as error:
            print(path, error)
            continue
        if hashlib.sha256(contents).hexdigest() != expected:
            print("WRONG contents of", path)
    if os.path.exists("/usr/lib/python3.11/nothing.py"):
        print("WRONG name")


def database():
    connection = sqlite3.connect("/vault/ledger.db", timeout=1)
    connection.execute("pragma journal_mode=" + sys.argv[1])
    connection.execute("create table if not exists entries (number integer primary key, text)")
    # What an earlier run left is whole: entries without a gap, each with its own text.
    for number, text in connection.execute("select number, text from entries"):
        if text != f"entry {number} " * 50:
            print("WRONG entry", number)
    before = connection.execute("select count(*), max(number) from entries").fetchone()
    if before[0] != (before[1] or 0):
        print("WRONG entries", before)
    for number in range(before[0] + 1, before[0] + 41):
        with connection:
            connection.execute("insert into entries values (?, ?)", (number, f"entry {number} " * 50))
        if connection.execute("select text from entries where number = ?", (number,)).fetchone()[0] != f"entry {number} " * 50:
            print("WRONG read of", number)
    if connection.execute("pragma integrity_check").fetchone()[0] != "ok":
        print("WRONG database")
    connection.close()


def volume():
    contents = hashlib.sha512(b"seed").digest() * 3000
    with open("/vault/plain", "wb") as file:
        file.write(contents)
        file.flush()
        os.fsync(file.fileno())
    os.replace("/vault/plain", "/vault/moved")
    with open("/vault/moved", "rb") as file:
        if file.read() != contents:
            print("WRONG contents of the volume")


def loopback():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)

        def echo():
            try:
                peer, _ = server.accept()
                with peer:
                    peer.settimeout(0.3)
                    while block := peer.recv(4096):
                        peer.sendall(block)
            except (OSError, ValueError):
                pass

        thread = threading.Thread(target=echo, daemon=True)
        thread.start()
        with socket.create_connection(server.getsockname(), timeout=0.3) as client:
            client.sendall(b"x" * 10000)
            client.recv(4096)
        thread.join(0.3)


def threads():
    sums = [0] * 4

    def add(index):
        for number in range(20000):
            sums[index] += number

    workers = [threading.Thread(target=add, args=(index,)) for index in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if sums != [199990000] * 4:
        print("WRONG sums", sums)


for name in (files, volume, database, loopback, threads):
    attempt(name.__name__, name)
print("python done")
sys.stdout.flush()
os._exit(0)
