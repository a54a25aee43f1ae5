/// Scripts that complete commands, options and containers' names in a shell.
enum Completion {
    static func script(for shell: String) -> String? {
        switch shell {
        case "bash": bash
        case "zsh": "#compdef rune\nautoload -U +X bashcompinit && bashcompinit\n" + bash
        case "fish": fish
        default: nil
        }
    }

    private static func names(_ options: [OptionDescription]) -> String {
        options.flatMap(\.names).joined(separator: " ")
    }

    private static var bash: String {
        let cases = CommandDescription.all.map { command in
            "        \(command.name)) words=\"\(names(command.options)) --help\"\(command.takesID ? "; ids=yes" : "") ;;\n"
        }
        let valued = (Help.globalOptions + CommandDescription.all.flatMap(\.options)).filter { $0.value != nil }
        // A short name may mean another thing elsewhere.
        let patterns = Set(valued.map { $0.names[0] }).sorted().joined(separator: "|")
        return """
            _rune() {
                local current=${COMP_WORDS[COMP_CWORD]} command= words= ids= i root=()
                case ${COMP_WORDS[COMP_CWORD - 1]} in
                    \(patterns)) COMPREPLY=($(compgen -f -- "$current")); return ;;
                esac
                for ((i = 1; i < COMP_CWORD; i++)); do
                    case ${COMP_WORDS[i]} in
                        --root) root=(--root "${COMP_WORDS[++i]}") ;;
                        --log|--log-format|--rootless) ((i++)) ;;
                        -*) ;;
                        *) command=${COMP_WORDS[i]}; break ;;
                    esac
                done
                case $command in
                    "") words="\(CommandDescription.all.map(\.name).joined(separator: " ")) \(names(Help.globalOptions))" ;;
            \(cases.joined())    esac
                [ -z "$ids" ] || [[ $current == -* ]] || words=$(rune "${root[@]}" list --quiet 2>/dev/null)
                COMPREPLY=($(compgen -W "$words" -- "$current"))
            }
            complete -F _rune rune

            """
    }

    private static var fish: String {
        var lines = ["complete -c rune -f"]
        func add(_ option: OptionDescription, _ condition: String) {
            let words = option.names.map { $0.hasPrefix("--") ? "-l \($0.dropFirst(2))" : "-s \($0.dropFirst())" }
            lines.append(
                "complete -c rune -n '\(condition)' \(words.joined(separator: " "))\(option.value == nil ? "" : " -rF") -d '\(option.text.filter { $0 != "'" })'"
            )
        }
        for option in Help.globalOptions { add(option, "__fish_use_subcommand") }
        for command in CommandDescription.all {
            lines.append(
                "complete -c rune -n __fish_use_subcommand -a \(command.name) -d '\(command.summary.filter { $0 != "'" })'")
            let condition = "__fish_seen_subcommand_from \(command.name)"
            for option in command.options { add(option, condition) }
            if command.takesID { lines.append("complete -c rune -n '\(condition)' -a '(rune list --quiet 2>/dev/null)'") }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
