/// Where things lie in a state save area frame (SDM 35.9): XSAVE image first, GPRSGX last, MISC just below it.
public struct SSAFrame: Equatable, Sendable {
    public static let pageSize = 4096
    /// Legacy region and header, which every XSAVE image has.
    public static let xsaveMinimum = 576

    /// SSAFRAMESIZE.
    public let pages: Int
    public let miscSelect: MiscSelect

    public init(pages: Int, miscSelect: MiscSelect) {
        self.pages = pages
        self.miscSelect = miscSelect
    }

    public var size: Int { pages * SSAFrame.pageSize }
    public var gprOffset: Int { size - GPRSGX.byteCount }
    public var exinfoOffset: Int { gprOffset - EXINFO.byteCount }

    /// What is left for the XSAVE image.
    public var xsaveCapacity: Int { miscSelect.isEmpty ? gprOffset : exinfoOffset }

    /// ECREATE refuses a frame that is too small for the state that XFRM names.
    public func holds(xsaveSize: Int) -> Bool { max(xsaveSize, SSAFrame.xsaveMinimum) <= xsaveCapacity }
}
