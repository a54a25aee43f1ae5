import OCI

extension CommandOutput {
    static func text(_ json: JSON) -> String {
        String(decoding: JSONWriter.write(json, indented: true), as: UTF8.self) + "\n"
    }

    static func write(_ json: JSON) -> Int32 { write(text(json)) }
}
