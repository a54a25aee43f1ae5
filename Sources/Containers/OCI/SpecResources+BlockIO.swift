extension SpecResources {
    /// `blockIO`: shares of disks' time and bounds of their use.
    package struct BlockIO: Sendable {
        package var weight: UInt16?
        package var leafWeight: UInt16?
        package var weightDevices: [WeightDevice] = []
        package var throttles: [Throttle] = []

        package struct WeightDevice: Sendable {
            package var device: String
            package var weight: UInt16?
            package var leafWeight: UInt16?
        }

        package enum Direction: String, CaseIterable, Sendable {
            case readBytes = "throttleReadBpsDevice"
            case writeBytes = "throttleWriteBpsDevice"
            case readOperations = "throttleReadIOPSDevice"
            case writeOperations = "throttleWriteIOPSDevice"
        }

        package struct Throttle: Sendable {
            package var direction: Direction
            package var device: String
            /// 0: no bound.
            package var rate: UInt64
        }

        package init() {}

        init(_ object: JSONObject) throws(SpecError) {
            weight = try object.integer("weight")
            leafWeight = try object.integer("leafWeight")
            for item in try object.objects("weightDevice") {
                weightDevices.append(
                    WeightDevice(
                        device: try Self.device(item), weight: try item.integer("weight"),
                        leafWeight: try item.integer("leafWeight")))
            }
            for direction in Direction.allCases {
                for item in try object.objects(direction.rawValue) {
                    let rate = try item.integer("rate", as: UInt64.self) ?? 0
                    throttles.append(Throttle(direction: direction, device: try Self.device(item), rate: rate))
                }
            }
        }

        /// Both numbers as the kernel writes them, `8:0`.
        private static func device(_ item: JSONObject) throws(SpecError) -> String {
            guard let major = try item.integer("major", as: UInt32.self) else {
                throw SpecError(item.path(of: "major"), "must be given")
            }
            guard let minor = try item.integer("minor", as: UInt32.self) else {
                throw SpecError(item.path(of: "minor"), "must be given")
            }
            return "\(major):\(minor)"
        }
    }
}
