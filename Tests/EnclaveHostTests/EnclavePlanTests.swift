import EnclaveLayout
import EnclaveTestSupport
import SGX
import Testing
import Wire

@Suite struct EnclavePlanTests {
    private static let image = Result { try AssembledImage.make("processor") }

    private func configuration(_ change: (inout EnclaveConfiguration) -> Void = { _ in }) -> EnclaveConfiguration {
        var configuration = EnclaveConfiguration()
        configuration.addressSpace = 64 << 20
        configuration.userMemory = 1 << 20
        configuration.kernelMemory = 64 << 10
        configuration.vcpus = 3
        change(&configuration)
        return configuration
    }

    private func refusal(_ image: [UInt8], _ change: (inout EnclaveConfiguration) -> Void = { _ in }) -> String? {
        do throws(LayoutError) {
            _ = try EnclavePlan(image: image, configuration: configuration(change))
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func placesEverythingOnceAndTheImageAtTheTop() throws {
        let plan = try EnclavePlan(image: Self.image.get(), configuration: configuration())
        let sorted = plan.runs.sorted { $0.offset < $1.offset }
        for (run, next) in zip(sorted, sorted.dropFirst()) { #expect(run.offset + run.length <= next.offset) }
        #expect(sorted.last.map { $0.offset + $0.length } == 64 << 20)
        #expect(plan.runs.last?.offset == plan.placement.configurationOffset, "the configuration is added last")
        #expect(plan.runs.last?.secinfo == SECINFO(.regular, .read))
        #expect(plan.runs.first?.offset == plan.placement.imageOffset, "the image first")
        #expect(plan.placement.kernelHeapOffset + plan.placement.kernelHeapLength == plan.placement.configurationOffset)
        #expect(plan.runs.filter { $0.secinfo == .tcs }.count == 3)
        #expect(!plan.runs.contains { $0.secinfo.flags.isSuperset(of: [.write, .execute]) && $0.measured })
    }

    @Test func everyBlockTellsWhereEverythingLies() throws {
        let plan = try EnclavePlan(image: Self.image.get(), configuration: configuration())
        for vcpu: UInt32 in 0..<3 {
            let run = try #require(plan.runs.first { $0.offset == plan.placement.vcpuBlock(vcpu) })
            guard case .bytes(let bytes) = run.contents else {
                Issue.record("no bytes")
                return
            }
            #expect(Array(bytes[..<128]) == plan.placement.launchLayout(vcpu: vcpu).encoded())
            #expect(bytes[128...].allSatisfy { $0 == 0 })
            let tcs = try #require(plan.runs.first { $0.offset == plan.placement.tcs(vcpu) })
            guard case .bytes(let page) = tcs.contents else {
                Issue.record("no TCS")
                return
            }
            let parsed = try TCS(parsing: page)
            #expect(parsed.nssa == 2)
            #expect(parsed.ogsBase == run.offset)
            #expect(parsed.ofsBase == run.offset + 4096)
            #expect(parsed.ossa == run.offset + UInt64(VCPUBlock.ssaOffset))
        }
    }

    @Test func measuresWhatItIsGivenAndNothingElse() throws {
        let image = try Self.image.get()
        let measurement = try EnclavePlan(image: image, configuration: configuration()).measure()
        #expect(try EnclavePlan(image: image, configuration: configuration()).measure() == measurement)
        let encoded = configuration().encoded()
        #expect(try EnclavePlan(image: image, configurationBytes: encoded).measure() == measurement)
        for change: (inout EnclaveConfiguration) -> Void in [
            { $0.vcpus = 2 }, { $0.userMemory += 4096 }, { $0.kernelMemory += 4096 }, { $0.hostname.value = [0x61] },
            { $0.addressSpace *= 2 }, { $0.debugBit() },
        ] {
            #expect(try EnclavePlan(image: image, configuration: configuration(change)).measure() != measurement)
        }
    }

    @Test func refusesConfigurationsThatDoNotFit() throws {
        let image = try Self.image.get()
        #expect(refusal(image) { $0.userMemory = 64 << 20 }?.contains("raise address_space") == true)
        #expect(refusal(image) { $0.userMemory = .max - 4095 }?.contains("raise address_space") == true)
        #expect(refusal(image) { $0.addressSpace = 3 << 20 }?.contains("power of two") == true)
        #expect(refusal(image) { $0.addressSpace = SECS.largestSize } == nil)
        #expect(refusal(image) { $0.addressSpace = SECS.largestSize * 2 }?.contains("1 TiB") == true)
        #expect(refusal(image) { $0.vcpus = 0 }?.contains("threads") == true)
        #expect(refusal(image) { $0.userMemory = 100 }?.contains("4096") == true)
        #expect(refusal(image) { ($0.memoryIsFixed, $0.kernelMemory) = (false, 0) }?.contains("kernel memory") == true)
    }

    @Test func fixedMemoryIsLaidOutAsBeforeThereWasAnother() throws {
        let plan = try EnclavePlan(image: Self.image.get(), configuration: configuration())
        #expect(plan.growing.isEmpty)
        let layout = plan.placement.launchLayout(vcpu: 0)
        #expect(layout.memoryIsFixed)
        #expect(layout.encoded()[96...].allSatisfy { $0 == 0 })
        #expect(plan.runs.contains { $0.offset == EnclavePlacement.userPoolOffset && $0.length == 1 << 20 && !$0.measured })
    }

    @Test func dynamicMemoryAddsTheFirstPartOfTheKernelHeapAndNoneOfThePool() throws {
        let plan = try EnclavePlan(
            image: Self.image.get(), configuration: configuration { ($0.memoryIsFixed, $0.kernelMemory) = (false, 8 << 20) })
        let placement = plan.placement
        let layout = placement.launchLayout(vcpu: 0)
        #expect(!layout.memoryIsFixed)
        #expect(layout.userPoolOffset + layout.userPoolLength == layout.kernelHeapOffset)
        #expect(!plan.runs.contains { $0.offset < placement.kernelHeapOffset })
        let heap = try #require(plan.runs.first { $0.offset == placement.kernelHeapOffset })
        #expect(heap.length == layout.kernelHeapAdded)
        #expect(heap.length < 2 << 20)
        #expect(
            plan.growing == [
                GrowingRange(offset: 0x10000, length: placement.userPoolLength, secinfo: SECINFO(.regular, .rights)),
                GrowingRange(
                    offset: placement.kernelHeapOffset + heap.length, length: (8 << 20) - heap.length,
                    secinfo: SECINFO(.regular, [.read, .write])),
            ])
        let added = plan.runs.map(\.length).reduce(0, +)
        #expect(added < 4 << 20, "what is there at the start")
    }

    @Test func refusesEveryTruncationOfAnImage() throws {
        let image = try Self.image.get()
        let loaded = try EnclaveImage(image).segments.map { $0.fileOffset + $0.fileCount }.max() ?? 0
        for length in Array(0..<128) + stride(from: 128, to: loaded, by: 97) + [loaded - 1] {
            let refused = refusal(Array(image[..<length]))
            #expect(refused?.hasPrefix("enclave.img: ") == true, "\(length): \(refused ?? "taken")")
        }
    }

    @Test func survivesEveryByteOfItsHeadersFlipped() throws {
        let image = try Self.image.get()
        for position in 0..<(64 + 56 * 6) {
            for value: UInt8 in [0, 0x7f, 0xff] {
                var changed = image
                changed[position] = value
                _ = refusal(changed)
            }
        }
    }

    @Test func refusesSegmentsThatAreWritableAndExecutable() throws {
        var image = try Self.image.get()
        for number in 0..<6 {
            let flags = 64 + 56 * number + 4
            if image[flags] == 5 { image[flags] = 7 }
        }
        #expect(refusal(image)?.contains("writable and executable") == true)
    }
}

extension EnclaveConfiguration {
    /// Not measured by ECREATE, but the configuration is.
    fileprivate mutating func debugBit() { attributes |= 2 }
}
