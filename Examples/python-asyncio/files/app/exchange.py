"""An asyncio server on a Unix socket, fifty clients, and open files that travel between two threads; then it waits for SIGTERM."""
import asyncio
import os
import signal
import socket
import threading

PATH = "/tmp/exchange.sock"


async def serve(reader, writer):
    while line := await reader.readline():
        writer.write(line.upper())
        await writer.drain()
    writer.close()


async def ask(number):
    reader, writer = await asyncio.open_unix_connection(PATH)
    for round in range(20):
        text = f"client {number} round {round}\n"
        writer.write(text.encode())
        if (await reader.readline()).decode() != text.upper():
            raise SystemExit(f"client {number} got something else")
    writer.close()
    return 20


def pass_files():
    """A thread sends the reading ends of pipes; what is written at the other ends arrives."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    pipes = [os.pipe() for _ in range(8)]

    def send():
        for reading, _ in pipes:
            socket.send_fds(theirs, [b"a pipe"], [reading])
            os.close(reading)

    thread = threading.Thread(target=send)
    thread.start()
    total = 0
    for number, (_, writing) in enumerate(pipes):
        data, descriptors, _, _ = socket.recv_fds(ours, 100, 1)
        os.write(writing, b"x" * (number + 1))
        total += len(os.read(descriptors[0], 100))
    thread.join()
    return total


async def main():
    server = await asyncio.start_unix_server(serve, PATH)
    answers = sum(await asyncio.gather(*(ask(number) for number in range(50))))
    print(f"{answers} answers, {await asyncio.to_thread(pass_files)} bytes through passed files")
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    print("ready")
    await stopped.wait()
    server.close()
    print("stopped")


asyncio.run(main())
