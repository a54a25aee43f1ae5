package import CEnclave

/// What only the CPU can say of this enclave: reports about it and keys for it.
package enum Identity {
    /// EREPORT for `targetInfo` (512 bytes) with `reportData` (64 bytes): 432 bytes.
    ///
    /// `nil` where the target, which may come from the host, has something in fields that are reserved: a processor may fault on it.
    package static func report(targetInfo: [UInt8], reportData: [UInt8]) -> [UInt8]? {
        guard targetInfo.count == 512, reportData.count == 64, isPlain(targetInfo) else { return nil }
        // One page holds the three operands at the alignment each needs.
        guard let page = heap_pages(4096) else { return nil }
        defer { heap_pages_free(page, 4096) }
        targetInfo.withUnsafeBytes { page.copyMemory(from: $0.baseAddress.unsafelyUnwrapped, byteCount: 512) }
        reportData.withUnsafeBytes { (page + 512).copyMemory(from: $0.baseAddress.unsafelyUnwrapped, byteCount: 64) }
        memset(page + 1024, 0, 512)
        enclu_report(page, page + 512, page + 1024)
        return [UInt8](UnsafeRawBufferPointer(start: page + 1024, count: 432))
    }

    private static func isPlain(_ targetInfo: [UInt8]) -> Bool {
        targetInfo[49] == 0 && targetInfo[56..<64].allSatisfy { $0 == 0 } && targetInfo[128..<512].allSatisfy { $0 == 0 }
    }

    /// EGETKEY for `request` (512 bytes); `nil` where the CPU refuses it.
    package static func key(request: [UInt8]) -> [UInt8]? {
        guard request.count == 512, let page = heap_pages(4096) else { return nil }
        defer {
            memset(page, 0, 1024)
            heap_pages_free(page, 4096)
        }
        request.withUnsafeBytes { page.copyMemory(from: $0.baseAddress.unsafelyUnwrapped, byteCount: 512) }
        memset(page + 512, 0, 16)
        guard enclu_get_key(page, page + 512) == 0 else { return nil }
        return [UInt8](UnsafeRawBufferPointer(start: page + 512, count: 16))
    }
}
