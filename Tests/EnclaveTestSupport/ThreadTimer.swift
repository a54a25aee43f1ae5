import CTestSignals

/// A timer that sends its signal to the thread that made it.
package struct ThreadTimer {
    private let timer: UnsafeMutableRawPointer?

    package init(signal: Int32, microseconds: Int) { timer = test_timer_start(signal, microseconds) }

    package func stop() { test_timer_stop(timer) }
}
