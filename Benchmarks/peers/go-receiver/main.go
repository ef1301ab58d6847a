// A minimal receiver of Envoy's access log service: it decodes the entries and counts them.
// On SIGTERM it prints the counts, its CPU seconds and its peak memory as JSON.
package main

import (
	"encoding/json"
	"flag"
	"io"
	"log"
	"net"
	"os"
	"os/signal"
	"runtime"
	"sync/atomic"
	"syscall"

	"bench/alspb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/status"
)

type receiver struct {
	alspb.UnimplementedAccessLogServiceServer
	streams, messages, entries, failures int64
}

func (r *receiver) StreamAccessLogs(stream alspb.AccessLogService_StreamAccessLogsServer) error {
	atomic.AddInt64(&r.streams, 1)
	for {
		message, err := stream.Recv()
		if err == io.EOF {
			return stream.SendAndClose(&alspb.StreamAccessLogsResponse{})
		}
		if err != nil {
			atomic.AddInt64(&r.failures, 1)
			log.Printf("stream: %v", status.Convert(err).Message())
			return err
		}
		entries := len(message.GetHttpLogs().GetLogEntry()) + len(message.GetTcpLogs().GetLogEntry())
		atomic.AddInt64(&r.messages, 1)
		atomic.AddInt64(&r.entries, int64(entries))
	}
}

func (r *receiver) report() map[string]interface{} {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		log.Fatal(err)
	}
	seconds := func(t syscall.Timeval) float64 { return float64(t.Nano()) / 1e9 }
	return map[string]interface{}{
		"peer":        "go-receiver",
		"version":     "grpc-go " + grpc.Version + ", " + runtime.Version(),
		"streams":     r.streams,
		"messages":    r.messages,
		"entries":     r.entries,
		"failures":    r.failures,
		"cpuSeconds":  seconds(usage.Utime) + seconds(usage.Stime),
		"maxRSSBytes": usage.Maxrss * 1024,
	}
}

func main() {
	port := flag.String("port", "0", "port on the loopback address; 0 for a free one")
	flag.Parse()
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", *port))
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("listening on %v", listener.Addr())

	server := grpc.NewServer()
	counts := &receiver{}
	alspb.RegisterAccessLogServiceServer(server, counts)
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, os.Interrupt)
	go func() {
		<-stop
		server.GracefulStop()
	}()
	if err := server.Serve(listener); err != nil {
		log.Fatal(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(counts.report()); err != nil {
		log.Fatal(err)
	}
}
