/// One value for one file of a cgroup.
struct CgroupSetting: Equatable, Sendable {
    /// What happens where the kernel has none of the files.
    enum Absence: Equatable, Sendable { case warning, silence, refusal }

    let controller: String
    /// In the order of preference: the first that the kernel has takes its value.
    let choices: [Choice]
    /// Where in the configuration it stands.
    let path: String
    var absence = Absence.warning

    struct Choice: Equatable, Sendable {
        let file: String
        let value: String
    }

    init(_ controller: String, _ choices: [Choice], at path: String, absence: Absence = .warning) {
        self.controller = controller
        self.choices = choices
        self.path = "linux.resources." + path
        self.absence = absence
    }

    init(_ controller: String, _ file: String, _ value: String, at path: String, absence: Absence = .warning) {
        self.init(controller, [Choice(file: file, value: value)], at: path, absence: absence)
    }
}
