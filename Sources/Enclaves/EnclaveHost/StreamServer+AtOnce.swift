import Glibc
import Wire

/// Reads and writes that never wait, whoever else uses the stream: `nil` says that one might.
extension StreamServer {
    func readAtOnce(_ call: CallView) -> Int64? {
        atOnce(call) { atOnce(call, knownIfWhole: true) { $0.read(call.data, call.length(1), asking: false) } }
    }

    func writeAtOnce(_ call: CallView) -> Int64? {
        atOnce(call) { atOnce(call, knownIfWhole: false) { $0.write(call.data, call.length(1), asking: false) } }
    }

    private func atOnce(_ call: CallView, _ transfer: () -> Int64) -> Int64? {
        guard hasStream(call.argument(0)), call.argument(2) == 1 else { return nil }
        let result = transfer()
        return result == -Int64(EOPNOTSUPP) ? nil : result
    }
}
