import EnclaveCrypto
import EnclaveLayout

/// MRENCLAVE from the two files that decide it.
enum EnclaveMeasurement {
    static func measure(image: [UInt8], configuration: [UInt8]) throws(BuildError) -> Digest {
        try plan(image: image, configuration: configuration).measure()
    }

    static func plan(image: [UInt8], configuration: [UInt8]) throws(BuildError) -> EnclavePlan {
        do throws(LayoutError) {
            return try EnclavePlan(image: image, configurationBytes: configuration)
        } catch {
            throw BuildError(
                "cannot lay out the enclave", why: "\(error)", remedy: "change the manifest or take the image of this version")
        }
    }
}
