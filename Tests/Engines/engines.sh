# What docker and podman have in common. E is the engine with its own options; each list starts from a clean engine.
E() { timeout -k 2 40 "${command[@]}" "$@"; }
run() { E run --rm "$@"; }
inside() { E exec "$@"; }
# background NAME OPTIONS... : a container that stays
background() { E run -d --name "$@" >"$work/said" 2>&1 || note "run -d: $(tail -n 2 "$work/said")"; }
gone() { E rm -f "$@" >"$work/said" 2>&1 || note "rm -f $*: $(tail -n 2 "$work/said")"; }
state() { E inspect -f "{{.State.$2}}" "$1"; }

. "$lists/program.sh"
. "$lists/limits.sh"
. "$lists/life.sh"

common_steps() {
    program_steps
    rights_steps
    limit_steps
    exec_steps
    life_steps
}
