"""Threads of every kind, each checked; prints one line when all of it was right."""
import hashlib
import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed


def pool():
    """Hashes large pieces, for which python gives its lock up: the threads compute at one time."""
    pieces = [bytes([number]) * 200_000 for number in range(64)]
    with ThreadPoolExecutor(max_workers=8) as executor:
        futures = {executor.submit(lambda piece: hashlib.sha256(piece).digest(), piece): piece for piece in pieces}
        for future in as_completed(futures):
            assert future.result() == hashlib.sha256(futures[future]).digest()
    return len(pieces)


def pipeline(producers=4, consumers=4, each=500):
    """What goes into a short queue comes out of it once."""
    items, sums = queue.Queue(maxsize=8), queue.SimpleQueue()

    def produce(first):
        for number in range(first, first + each):
            items.put(number)

    def consume():
        total = 0
        while (number := items.get()) is not None:
            total += number
        sums.put(total)

    threads = [threading.Thread(target=produce, args=(number * each,)) for number in range(producers)]
    readers = [threading.Thread(target=consume) for _ in range(consumers)]
    for thread in threads + readers:
        thread.start()
    for thread in threads:
        thread.join()
    for _ in readers:
        items.put(None)
    for thread in readers:
        thread.join()
    count = producers * each
    assert sum(sums.get() for _ in readers) == count * (count - 1) // 2
    return count


def crowd(size=100):
    """A hundred threads meet at a barrier, count under a lock, and wait for an event that is set late."""
    barrier, lock, event = threading.Barrier(size), threading.Lock(), threading.Event()
    counted = {"value": 0, "late": 0}

    def member():
        barrier.wait()
        for _ in range(100):
            with lock:
                counted["value"] += 1
        if event.wait(timeout=30):
            with lock:
                counted["late"] += 1

    threads = [threading.Thread(target=member) for _ in range(size)]
    for thread in threads:
        thread.start()
    time.sleep(0.05)
    event.set()
    for thread in threads:
        thread.join()
    assert counted == {"value": size * 100, "late": size}
    return size


def one_after_another(count=1000):
    """Threads that come and go leave nothing behind."""
    seen = []
    for number in range(count):
        thread = threading.Thread(target=seen.append, args=(number,))
        thread.start()
        thread.join()
    assert seen == list(range(count)) and threading.active_count() == 1
    return count


def timers():
    """Semaphores, conditions and timers keep their time limits."""
    semaphore, condition = threading.Semaphore(0), threading.Condition()
    begun = time.monotonic()
    assert not semaphore.acquire(timeout=0.05)
    with condition:
        assert not condition.wait_for(lambda: False, timeout=0.05)
    assert time.monotonic() - begun >= 0.1
    fired = threading.Event()
    threading.Timer(0.05, fired.set).start()
    assert fired.wait(10)


timers()
print(f"{pool()} hashes, {pipeline()} items, {crowd()} threads at once, {one_after_another()} one after another: all right")
