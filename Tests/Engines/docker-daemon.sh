# A Docker daemon of this test alone, whose default runtime is the one under test.
start_docker() {
    mkdir -p "$work/docker" /run/docker-test
    dockerd --containerd= --data-root "$work/docker/$runtime" --exec-root /run/docker-test/exec --pidfile /run/docker-test/pid \
        -H unix:///run/docker-test/socket --live-restore --add-runtime "rune=$rune" --default-runtime "$runtime" "$@" >"$work/dockerd.$runtime.log" 2>&1 &
    docker_process=$!
    command=("$docker" -H unix:///run/docker-test/socket)
    for _ in $(seq 100); do
        E info >/dev/null 2>&1 && break
        sleep 0.2
    done
    "${command[@]}" import --change 'CMD ["sh"]' --change 'ENV PATH=/bin' "$work/image.tar" "$image" >/dev/null \
        || { tail -n 5 "$work/dockerd.$runtime.log"; note "dockerd does not answer"; }
}
stop_docker() {
    kill "$docker_process"
    wait "$docker_process"
}

