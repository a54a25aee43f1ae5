# Docker: a daemon of its own whose default runtime is the one under test.
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

start_docker
common_steps

step "a working directory that is missing is made"
says /made/here run -w /made/here $image pwd
step "the default seccomp profile forbids new namespaces"
refuses "not permitted" run $image unshare -U true
ok run --security-opt seccomp=unconfined $image unshare -U true
step "update: processes"
background steady --pids-limit 20 $image sleep 100
ok E update --pids-limit 33 steady
says 33 inside steady cat /sys/fs/cgroup/pids/pids.max
gone steady
step "a health check becomes healthy, and unhealthy"
background watched --health-cmd 'test -e /tmp/well' --health-interval 1s --health-retries 1 $image sh -c 'touch /tmp/well; sleep 100'
comes healthy E inspect -f '{{.State.Health.Status}}' watched
ok inside watched rm /tmp/well
comes unhealthy E inspect -f '{{.State.Health.Status}}' watched
gone watched
step "ports and names on a network of containers"
ok E network create --subnet 10.77.0.0/24 net
background web --net net $image sh -c 'echo page >/tmp/index.html; httpd -f -p 80 -h /tmp'
sleep 1
says page run --net net $image wget -q -O - http://web/
gone web
ok E network rm net
step "a container outlives its daemon, which finds it again"
background survivor $image sleep 1000
stop_docker
start_docker
says running state survivor Status
ok inside survivor true
ok E stop -t 0 survivor
gone survivor
finish_step
stop_docker
