"""Computes something with the standard library, then binds the result to a quote of the enclave it runs in.

The last lines are the quote in base64 between two markers: evidence for whoever reads the output.
"""

import base64
import hashlib
import json
import sqlite3
import threading

WORDS = ["enclave", "measure", "attest", "verify", "seal"]


def digest(word, results):
    """Iterated SHA-256: work enough to make the threads overlap."""
    value = word.encode()
    for _ in range(2000):
        value = hashlib.sha256(value).digest()
    results[word] = value.hex()


def digests():
    results = {}
    threads = [threading.Thread(target=digest, args=(word, results)) for word in WORDS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def ranking(results):
    """The words by their digest, sorted by a database in memory."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE digests (word TEXT PRIMARY KEY, digest TEXT)")
    database.executemany("INSERT INTO digests VALUES (?, ?)", results.items())
    return [row[0] for row in database.execute("SELECT word FROM digests ORDER BY digest")]


def quote(report_data):
    """The quote over 64 bytes of our choice."""
    with open("/dev/attestation/user_report_data", "wb", buffering=0) as file:
        file.write(report_data)
    with open("/dev/attestation/quote", "rb", buffering=0) as file:
        return file.read()


def main():
    results = digests()
    answer = json.dumps({"ranking": ranking(results), "threads": len(results)}, sort_keys=True)
    print(answer)
    evidence = quote(hashlib.sha512(answer.encode()).digest())
    print("-----BEGIN QUOTE-----")
    print(base64.encodebytes(evidence).decode(), end="")
    print("-----END QUOTE-----")


if __name__ == "__main__":
    main()
