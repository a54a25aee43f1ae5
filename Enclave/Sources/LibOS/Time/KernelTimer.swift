/// Something that becomes due on the monotonic clock.
///
/// It is in the queue once or not at all.
class KernelTimer {
    /// When it is due, while it is armed.
    fileprivate(set) final var due: UInt64 = 0
    /// Its place in the heap; -1: not armed.
    fileprivate final var place = -1

    init() {}

    final var isArmed: Bool { place >= 0 }

    /// It is due and out of the queue; it may be armed again.
    func expired(_ now: UInt64) {}
}

/// All armed timers of the enclave: a heap, whose first is due next.
///
/// Under the kernel lock, like everything of the scheduler.
enum TimerQueue {
    nonisolated(unsafe) private static var heap: [KernelTimer] = []

    /// Their number, once more: told without a look at the heap.
    nonisolated(unsafe) private static var count = 0

    static var isEmpty: Bool { count == 0 }

    static var nearest: UInt64? { heap.first?.due }

    /// Arms it anew, whatever it was before.
    static func arm(_ timer: KernelTimer, at due: UInt64) {
        timer.due = due
        if timer.place < 0 {
            timer.place = heap.count
            heap.append(timer)
            count += 1
            KernelWork.note()
        }
        rise(timer.place)
        sink(timer.place)
    }

    static func disarm(_ timer: KernelTimer) {
        let place = timer.place
        guard place >= 0 else { return }
        timer.place = -1
        let last = heap.removeLast()
        count -= 1
        guard last !== timer else { return }
        heap[place] = last
        last.place = place
        rise(place)
        sink(last.place)
    }

    /// Lets everything go off that is due; returns what is due next.
    @discardableResult
    static func expire() -> UInt64? {
        guard let first = heap.first else { return nil }
        let now = Clock.monotonic()
        guard first.due <= now else { return first.due }
        // One that arms itself again for a time that has passed has its turn at the next look.
        var left = heap.count
        while left > 0, let timer = heap.first, timer.due <= now {
            disarm(timer)
            timer.expired(now)
            left -= 1
        }
        return nearest
    }

    private static func rise(_ start: Int) {
        var place = start
        while place > 0 {
            let parent = (place - 1) / 2
            guard heap[place].due < heap[parent].due else { return }
            swap(place, parent)
            place = parent
        }
    }

    private static func sink(_ start: Int) {
        var place = start
        while true {
            var least = place
            let left = 2 * place + 1
            if left < heap.count, heap[left].due < heap[least].due { least = left }
            if left + 1 < heap.count, heap[left + 1].due < heap[least].due { least = left + 1 }
            guard least != place else { return }
            swap(place, least)
            place = least
        }
    }

    private static func swap(_ a: Int, _ b: Int) {
        heap.swapAt(a, b)
        heap[a].place = a
        heap[b].place = b
    }
}
