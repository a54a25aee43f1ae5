// A server whose every answer needs something else of the runtime; `hello` as an argument greets and ends.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "hello" {
		fmt.Println("hello")
		return
	}
	http.HandleFunc("/hello", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "hello") })
	http.HandleFunc("/sum", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, sum(1000)) })
	http.HandleFunc("/preempt", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, preempted()) })
	http.HandleFunc("/garbage", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, garbage()) })
	http.HandleFunc("/nil", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, throughNil()) })
	server := &http.Server{Addr: "127.0.0.1:8080"}
	stopped := make(chan struct{})
	go func() {
		asked := make(chan os.Signal, 1)
		signal.Notify(asked, syscall.SIGTERM)
		<-asked
		server.Shutdown(context.Background())
		close(stopped)
	}()
	fmt.Println("go listens on port 8080")
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	<-stopped
	fmt.Println("stopped")
}

// sum adds with a goroutine for each number.
func sum(count int) int {
	var group sync.WaitGroup
	numbers := make(chan int, 16)
	for n := 1; n <= count; n++ {
		group.Add(1)
		go func(n int) { defer group.Done(); numbers <- n }(n)
	}
	go func() { group.Wait(); close(numbers) }()
	total := 0
	for n := range numbers {
		total += n
	}
	return total
}

// preempted says whether goroutines that make no call let others run.
func preempted() bool {
	var stop int32
	for n := 0; n < 16; n++ {
		go func() {
			for deadline := time.Now().Add(200 * time.Millisecond); stop == 0; {
				for i := 0; i < 1<<28; i++ {
				}
				if time.Now().After(deadline) {
					return
				}
			}
		}()
	}
	time.Sleep(20 * time.Millisecond)
	return true
}

// garbage makes the collector run; the answer is what is still reachable.
func garbage() int {
	kept := make([][]byte, 64)
	for n := 0; n < 20000; n++ {
		kept[n%len(kept)] = make([]byte, 16384)
		kept[n%len(kept)][n%16384] = 1
	}
	size := 0
	for _, piece := range kept {
		size += len(piece)
	}
	return size
}

// throughNil turns the fault of a nil pointer into what was recovered.
func throughNil() (text string) {
	defer func() { text = fmt.Sprint(recover()) }()
	var server *http.Server
	return server.Addr
}
