# A step is a sentence, the commands after it and what must hold of them; the first thing that does not is its failure.
current='' reason='' verdicts=/dev/stderr

step() {
    finish_step
    current=$1 reason=''
}

finish_step() {
    [ -n "$current" ] || return 0
    if [ -z "$reason" ]; then echo "PASS $engine $runtime: $current"; else echo "FAIL $engine $runtime: $current: $reason"; fi
    printf '%s\t%s\t%s\n' "$([ -z "$reason" ] && echo PASS || echo FAIL)" "$current" "$reason" >>"$verdicts"
    current=''
}

note() { [ -n "$reason" ] || reason=$(tr -s '\n' ' ' <<<"$*" | cut -c1-400); }
is() { [ "$1" = "$2" ] || note "'$1' is not '$2'"; }
has() { [[ $1 == *"$2"* ]] || note "'$2' is not in '$1'"; }

# exits STATUS COMMAND...
exits() {
    local wanted=$1 status
    shift
    "$@" >"$work/said" 2>&1 </dev/null
    status=$?
    [ $status = "$wanted" ] || note "status $status of '${*:1:4}…': $(tail -n 3 "$work/said")"
}
ok() { exits 0 "$@"; }
# says TEXT COMMAND...: all of its output
says() {
    local wanted=$1 said
    shift
    said=$("$@" 2>"$work/errors" </dev/null | tr -d '\r') || note "status $? of '${*:1:4}…': $(tail -n 3 "$work/errors")"
    is "$said" "$wanted"
}
# tells TEXT COMMAND...: somewhere in its output
tells() {
    local wanted=$1 said
    shift
    said=$("$@" 2>&1 </dev/null) || note "status $? of '${*:1:4}…': $(tail -n 3 <<<"$said")"
    has "$said" "$wanted"
}
# refuses TEXT COMMAND...: it fails and says so
refuses() {
    local wanted=$1 said
    shift
    said=$("$@" 2>&1 </dev/null) && note "'${*:1:4}…' did not fail"
    has "$said" "$wanted"
}
# comes TEXT COMMAND...: within ten seconds its output is that
comes() {
    local wanted=$1 said
    shift
    for _ in $(seq 50); do
        said=$("$@" 2>&1 </dev/null)
        [ "$said" = "$wanted" ] && return
        sleep 0.2
    done
    note "'$said' did not become '$wanted'"
}
# terminal COMMAND...: what it prints where its streams are a terminal of 33 rows and 99 columns
terminal() { timeout -k 2 40 script -qec "stty rows 33 cols 99; $*" "$work/typescript" </dev/null | tr -d '\r'; }
