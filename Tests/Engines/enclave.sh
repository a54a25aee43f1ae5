# Enclave containers: under Docker's default seccomp profile by the environment, under podman and containerd by annotations.
enclave_tree=$work/enclave-tree
cp -a "$tree" "$enclave_tree"
cat >"$work/enclave.toml" <<'TOML'
entrypoint = "/bin/busybox"
memory = "64M"
[env]
GREETING = { allow = ["*"] }
[host]
args = ["*"]
user = ["0:0", "1000:1000"]
TOML
"$inclavare" key generate "$work/key.pem" >/dev/null
"$inclavare" build --rootfs "$enclave_tree" --manifest "$work/enclave.toml" --key "$work/key.pem" --output "$enclave_tree/.inclavare" \
    >"$work/said" 2>&1 || { echo "enclave: $(tail -n 2 "$work/said")"; return; }
tar -C "$enclave_tree" -cf "$work/image.tar" .
mkdir -p /etc/inclavare
configure() { printf '%s\n' "$@" >/etc/inclavare/config.toml && chmod 644 /etc/inclavare/config.toml; }
busybox=/bin/busybox
inclave="-e ENCLAVE_TYPE=intelSgx"

enclave_steps() {
    step "$1: the program runs in an enclave, with its status and streams"
    tells my_target_info run $inclave $image $busybox ls /dev/attestation
    exits 7 run $inclave $image $busybox sh -c 'exit 7'
    is "$(echo through | run -i $inclave $image $busybox cat 2>"$work/errors")" through
    is "$(cat "$work/errors")" ""
    step "$1: the enclave decides what the host may set"
    says "hello:" run $inclave -e GREETING=hello -e OTHER=dropped $image $busybox sh -c 'echo $GREETING:$OTHER'
    refuses "argv[0]" run $inclave $image /bin/sh -c true
    says 1000 run $inclave -u 1000:1000 $image $busybox id -u
    refuses "user" run $inclave -u 77:77 $image $busybox id -u
    step "$1: its host half has the engine's seccomp filter and no privileges more"
    background guarded $inclave --security-opt no-new-privileges $image $busybox sleep 1000
    local pid=$(state guarded Pid)
    is "$(sed -n 's/^Seccomp:\t//p' "/proc/$pid/status")" 2
    is "$(sed -n 's/^NoNewPrivs:\t//p' "/proc/$pid/status")" 1
    step "$1: stop ends it by SIGTERM, and exec refuses"
    refuses "exec" inside guarded $busybox true
    ok E stop -t 10 guarded
    says 143 state guarded ExitCode
    gone guarded
    step "$1: a handler of the program's own"
    background handler $inclave $image $busybox sh -c 'trap "echo got TERM; exit 9" TERM; echo ready; while :; do :; done'
    comes ready E logs handler
    ok E stop -t 10 handler
    says 9 state handler ExitCode
    tells "got TERM" E logs handler
    gone handler
    step "$1: kill, pause, unpause, stats, rm -f"
    background paused $inclave $image $busybox sleep 1000
    ok E pause paused
    ok E unpause paused
    tells % E stats --no-stream paused
    ok E kill paused
    comes exited state paused Status
    gone paused
    step "$1: a limit of memory is the enclave's too"
    exits 137 run $inclave --memory 16m --memory-swap 16m $image $busybox dd if=/dev/zero of=/dev/null bs=40M count=2
    step "$1: a changed file is not run"
    cp "$tree/bin/busybox" "$work/changed"
    printf x | dd of="$work/changed" bs=1 seek=8192 conv=notrunc status=none
    ok E create --name changed $inclave $image $busybox true
    ok E cp "$work/changed" changed:$busybox
    E start -a changed >"$work/said" 2>&1 && note "it ran"
    has "$(cat "$work/said")" "$busybox"
    gone changed
}

configure 'allow_environment = true'
. "$lists/docker-daemon.sh"
start_docker
enclave_steps docker
step "docker: without the administrator's word the environment chooses nothing"
configure 'allow_environment = false'
refuses "No such file" run $inclave $image $busybox ls /dev/attestation
step "docker: the administrator's default makes every container one"
configure 'default_type = "intelSgx"' 'allow_environment = true'
tells my_target_info run $image $busybox ls /dev/attestation
refuses "No such file" run -e ENCLAVE_TYPE=none $image $busybox ls /dev/attestation
finish_step
stop_docker

configure ''
inclave="--annotation enclave.type=intelSgx"
. "$lists/podman-place.sh"
podman_image
enclave_steps podman
finish_step

. "$lists/containerd-place.sh"
step "containerd: an annotation makes it an enclave container"
tells my_target_info start --rm --annotation enclave.type=intelSgx $image:latest one $busybox ls /dev/attestation
exits 7 start --rm --annotation enclave.type=intelSgx $image:latest two $busybox sh -c 'exit 7'
refuses "No such file" start --rm $image:latest three $busybox ls /dev/attestation
finish_step
stop_containerd
