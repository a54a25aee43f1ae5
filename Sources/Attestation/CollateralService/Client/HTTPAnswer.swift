/// What a service answered: status, headers by lower-case name, and a body of bounded size.
struct HTTPAnswer: Sendable {
    let status: Int
    let headers: [String: String]
    let body: [UInt8]
}
