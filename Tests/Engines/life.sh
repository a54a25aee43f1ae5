# From create to rm: further processes, signals, pauses, streams that come later, and what is left at the end.
exec_steps() {
    background host-of-many -e A=first --hostname many $image sleep 1000
    step "exec: status, streams, environment, user, directory"
    exits 5 inside host-of-many sh -c 'exit 5'
    is "$(echo through | inside -i host-of-many cat)" through
    says "first second" inside -e B=second host-of-many sh -c 'echo $A $B'
    tells 2000 inside -u app host-of-many id -G
    says 1000:1000 inside -u app host-of-many sh -c 'echo $(id -u):$(id -g)'
    says /home inside -w /home host-of-many pwd
    says many inside host-of-many hostname
    # Docker 20.10 has 126 for both.
    step "exec: 126 or 127 for what is not there, 126 for what is no program"
    inside host-of-many no-such-program >"$work/said" 2>&1
    [[ $? =~ ^12[67]$ ]] || note "$(cat "$work/said")"
    exits 126 inside host-of-many /bin/text
    step "exec -it has a terminal of the caller's size"
    has "$(terminal "${command[@]} exec -it host-of-many sh -c 'test -t 0 && sleep 1 && stty size'")" "33 99"
    step "exec -d"
    ok inside -d host-of-many sh -c 'echo done >/tmp/detached'
    comes done inside host-of-many cat /tmp/detached
    step "exec --privileged has what the container has not"
    refuses "" inside host-of-many grep "^CapEff:.0*[13]f" /proc/self/status
    says yes inside --privileged host-of-many sh -c 'grep -q "^CapEff:.0*[13]f" /proc/self/status && echo yes'
    step "exec's processes are under the container's limits"
    is "$(inside host-of-many cat /proc/self/cgroup | grep memory)" "$(inside host-of-many cat /proc/1/cgroup | grep memory)"
    says 2 inside host-of-many sed -n 's/^Seccomp:\t//p' /proc/self/status
    step "exec of a million bytes"
    is "$(head -c 1000000 /dev/zero | inside -i host-of-many cat | wc -c)" 1000000
    step "twenty execs at once"
    local before processes=()
    for i in $(seq 20); do inside host-of-many true & processes+=($!); done 2>/dev/null
    for process in "${processes[@]}"; do wait "$process" || note "one failed"; done
    step "top lists the processes"
    tells "sleep 1000" E top host-of-many
    step "cp into and out of a running container"
    echo content >"$work/copied"
    ok E cp "$work/copied" host-of-many:/tmp/copied
    says content inside host-of-many cat /tmp/copied
    ok E cp host-of-many:/etc/passwd "$work/passwd"
    has "$(cat "$work/passwd")" app
    step "exec refuses a paused container, and works when it goes on"
    ok E pause host-of-many
    says paused state host-of-many Status
    refuses "" inside host-of-many true
    ok E unpause host-of-many
    says running state host-of-many Status
    ok inside host-of-many true
    gone host-of-many
    step "exec refuses a stopped container"
    ok E run --name ended $image true
    refuses "" inside ended true
    gone ended
}

life_steps() {
    step "create, start, start -a, logs"
    ok E create --name made $image sh -c 'echo out; echo err >&2; exit 3'
    exits 3 E start -a made
    is "$(E logs made 2>&1 | sort | tr '\n' ' ')" "err out "
    exits 3 E start -a made
    is "$(E logs made 2>/dev/null | wc -l)" 2
    gone made
    step "a container that cannot start leaves nothing of the runtime's behind"
    ok E create --name broken $image no-such-program
    refuses "no-such-program" E start broken
    refuses "no-such-program" E start broken
    gone broken
    step "logs -f ends with the container"
    background talker $image sh -c 'for i in 1 2 3; do echo $i; sleep 0.2; done'
    is "$(E logs -f talker | tr '\n' ' ')" "1 2 3 "
    gone talker
    step "attach: input and output of a running container"
    background echoer -i $image sh -c 'read line; echo "heard $line"; exit 4'
    is "$( (echo words; sleep 2) | E attach echoer)" "heard words"
    is "$(E wait echoer)" 4
    gone echoer
    step "stop: SIGTERM and the program's own status"
    background server $image serve
    comes ready E logs server
    ok E stop -t 10 server
    says 9 state server ExitCode
    tells "got TERM" E logs server
    step "start again after stop, restart"
    ok E start server
    says running state server Status
    ok E restart -t 5 server
    says running state server Status
    step "kill -s USR1 reaches the program"
    sleep 1
    ok E kill -s USR1 server
    sleep 0.5
    tells "got USR1" E logs server
    step "kill ends it"
    ok E kill server
    comes exited state server Status
    says 137 state server ExitCode
    gone server
    step "stop after its time: SIGKILL"
    background deaf $image sh -c 'trap "" TERM; while :; do sleep 0.2; done'
    ok E stop -t 1 deaf
    says 137 state deaf ExitCode
    gone deaf
    step "kill and stop of a paused container, rm -f of one"
    background frozen $image sleep 1000
    ok E pause frozen
    gone frozen
    refuses "" E inspect frozen
    step "wait tells the status when it comes"
    background slow $image sh -c 'sleep 1; exit 11'
    is "$(E wait slow)" 11
    gone slow
    step "a restart policy counts"
    background again --restart on-failure:2 $image false
    comes 2 E inspect -f '{{.RestartCount}}' again
    comes exited state again Status
    gone again
    step "children end with the container, whatever they ignore"
    background family $image sh -c 'for i in 1 2 3; do (trap "" TERM HUP; while :; do sleep 0.3; done) & done; exec sleep 1000'
    local pid=$(state family Pid)
    ok E stop -t 1 family
    [ ! -e "/proc/$pid" ] || note "process $pid is still there"
    gone family
    step "eight containers at once"
    local processes=()
    for i in $(seq 8); do run $image sh -c "sleep 0.3; exit $i" & processes+=($!); done
    for i in $(seq 8); do wait "${processes[$((i - 1))]}"; is "$?" $i; done
    step "no cgroup of a container that is gone stays"
    is "$(find /sys/fs/cgroup -depth -type d -regex '.*[0-9a-f]\{64\}.*' | wc -l)" 0
}
