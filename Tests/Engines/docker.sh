# Docker 20.10 and what it has beyond podman.
. "$lists/docker-daemon.sh"
start_docker
common_steps

step "a working directory that is missing is made"
says /made/here run -w /made/here $image pwd
step "a tmpfs over a folder of the image has the folder's mode"
says 755 run --tmpfs /home/app $image stat -c %a /home/app
says 1777 run --tmpfs /tmp $image stat -c %a /tmp
says 1777 run --mount type=tmpfs,dst=/not-there $image stat -c %a /not-there
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
