"""A TLS server with a thread a connection. It first asks itself, then waits for others: each line comes back in capitals."""
import socket
import ssl
import threading

ADDRESS = ("127.0.0.1", 8443)


def answer(connection):
    with connection, connection.makefile("rwb") as stream:
        for line in stream:
            stream.write(line.upper())
            stream.flush()


def serve(listener):
    while True:
        try:
            connection, _ = listener.accept()
        except (ssl.SSLError, ConnectionError):
            continue  # A client that does not trust the certificate, or gave up.
        threading.Thread(target=answer, args=(connection,), daemon=True).start()


def ask(name, authority):
    context = ssl.create_default_context(cafile=authority)
    with socket.create_connection(ADDRESS) as plain, context.wrap_socket(plain, server_hostname=name) as connection:
        connection.sendall(b"hello from inside\n")
        return connection.version(), connection.makefile("rb").readline().decode().strip()


context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("/app/certificate.pem", "/app/key.pem")
listener = context.wrap_socket(socket.create_server(ADDRESS), server_side=True)
server = threading.Thread(target=serve, args=(listener,))
server.start()

print(*ask("localhost", "/app/certificate.pem"))
for name, authority in ("another.example", "/app/certificate.pem"), ("localhost", None):
    try:
        ask(name, authority)
        raise SystemExit("a certificate was accepted that proves nothing")
    except ssl.SSLCertVerificationError as refused:
        print(refused.verify_message)
print("ready")
server.join()
