import CSoftSGX
import Glibc
import Linux
import SGX

/// The driver's steps on pages of an initialised enclave (SGX2).
extension SoftEnclave {
    /// RESTRICT_PERMISSIONS: EMODPR of each page; inside, EACCEPT follows.
    package func restrictPermissions(
        _ offset: UInt64, _ length: UInt64, to rights: MemoryRights, progress: inout PageProgress
    ) throws(SoftSGXError) {
        guard !rights.contains(.write) || rights.contains(.read) else { throw .invalid("pages writable and not readable") }
        try each(offset, length, &progress, "EMODPR") { enclave, page, pages, done in
            softsgx_emodpr(enclave, page, pages, UInt32(rights.rawValue), &done)
        }
    }

    /// MODIFY_TYPES: EMODT of each page to a TCS or to a page that will be removed; inside, EACCEPT follows.
    package func modifyTypes(
        _ offset: UInt64, _ length: UInt64, to type: SECINFO.PageType, progress: inout PageProgress
    ) throws(SoftSGXError) {
        guard type == .tcs || type == .trimmed else { throw .invalid("pages become TCS or trimmed pages, nothing else") }
        try each(offset, length, &progress, "EMODT") { enclave, page, pages, done in
            softsgx_emodt(enclave, page, pages, UInt32(type.rawValue), &done)
        }
    }

    /// REMOVE_PAGES: takes away pages that were trimmed and accepted.
    package func removePages(_ offset: UInt64, _ length: UInt64, progress: inout PageProgress) throws(SoftSGXError) {
        try each(offset, length, &progress, "EREMOVE") { enclave, page, pages, done in
            softsgx_eremove(enclave, page, pages, &done)
        }
    }

    /// EAUG of each page, ahead of the faults that would do it.
    package func augment(_ offset: UInt64, _ length: UInt64, progress: inout PageProgress) throws(SoftSGXError) {
        try each(offset, length, &progress, "EAUG") { enclave, page, _, done in
            let result = softsgx_eaug(enclave, page)
            done = result == 0 ? 1 : 0
            return result
        }
    }

    private func each(
        _ offset: UInt64, _ length: UInt64, _ progress: inout PageProgress, _ instruction: StaticString,
        _ step: (UnsafeMutablePointer<softsgx_enclave>, UInt64, UInt64, inout UInt64) -> Int32
    ) throws(SoftSGXError) {
        progress = PageProgress()
        guard isInitialised else { throw .invalid("\(instruction) is for an enclave that is initialised") }
        try checkRange(offset, length)
        try exclusively { () throws(SoftSGXError) in
            while progress.bytes < length {
                let page = (offset + progress.bytes) / UInt64(SOFTSGX_PAGE)
                var done: UInt64 = 0
                let result = step(enclave, page, (length - progress.bytes) / UInt64(SOFTSGX_PAGE), &done)
                if result > 0 { progress.result = UInt64(result) }
                guard result == 0 else { throw refusal(result, instruction, at: offset + progress.bytes) }
                progress.bytes += done * UInt64(SOFTSGX_PAGE)
            }
        }
    }

    private func refusal(_ result: Int32, _ instruction: StaticString, at offset: UInt64) -> SoftSGXError {
        let place = "\(instruction) of the page at offset 0x\(String(offset, radix: 16))"
        switch result {
        case 1...: return .instruction(place, code: UInt32(result))
        case -ENOMEM: return .exhausted
        case -EBUSY: return .busy("\(place): it is there already")
        case -EPERM: return .forbidden("\(place): it was not trimmed and accepted, or may not be mapped writable")
        case -EINVAL: return .invalid("\(place): the page is of another type")
        case -EFAULT: return .absent("\(place): there is no page")
        default: return .system(SystemCallError(-result, "do \(place)"))
        }
    }
}
