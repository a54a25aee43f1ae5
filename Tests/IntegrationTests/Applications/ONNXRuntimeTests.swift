import Foundation
import Testing

/// onnxruntime and numpy as PyPI has them.
@Suite("onnxruntime in an enclave", .enabled(if: Release.isUsable, Release.need)) struct ONNXRuntimeTests {
    @Test("A network's answers are those numpy computes") func inference() throws {
        let run = try Enclave(example: "onnxruntime").run()
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.text.contains("12800 of 12800 answers are right"), "\(run.text)")
    }
}
