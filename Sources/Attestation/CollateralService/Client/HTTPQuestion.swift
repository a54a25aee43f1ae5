/// What a service is asked: an address, or an address and a body in JSON.
enum HTTPQuestion: Sendable {
    case get(String)
    case post(String, json: String)
}
