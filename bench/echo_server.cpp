// Answers every POST with one small constant, so that `load` can say what the HTTP stack costs alone, and
// what a server with something behind it costs on top.
//
//   echo_server server [THREADS]      everything in front of a dialect: routing, request ids, limits
//   echo_server listener [THREADS]    the HTTP listener alone
#include "bench/echo_answer.h"
#include "net/http_listener.h"
#include "server/server.h"

#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include <pthread.h>

namespace {

using namespace dialproof;
using namespace dialproof::bench;

sigset_t stop_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    return signals;
}

void wait_for_stop() {
    const sigset_t signals = stop_signals();
    int signal = 0;
    sigwait(&signals, &signal);
}

Task<http::Response> constant() { co_return http::json_response(200, std::string(answer_body)); }

class ConstantService final : public net::HttpService {
public:
    Task<http::Response> answer(net::EventLoop&, http::Request) override { return constant(); }
    bool streams(const http::Request&) override { return false; }
    http::Response refusal(net::EventLoop&, const net::HttpError&, const http::Request&) override {
        return {};
    }
    void connection_opened() override {}
    void connection_closed() override {}
    void connection_dropped(std::string_view) override {}
};

class SilentObserver final : public server::Observer {
public:
    void request_done(const server::RequestDone&) override {}
    void request_rejected(std::string_view) override {}
    void handler_failed(std::string_view, std::string_view) override {}
    void connection_opened() override {}
    void connection_closed() override {}
};

http::Mount echo_mount() {
    const auto answer = [](http::Request) { return constant(); };
    http::Mount mount;
    mount.name = "echo";
    mount.prefixes = {"/echo/"};
    mount.routes = {{"POST", "/echo/register", "Register", answer},
                    {"POST", "/echo/verify", "Verify", answer}};
    return mount;
}

template <typename Served>
void serve(net::EventLoops& loops, Served& served) {
    loops.start();
    const auto port = served.listen("127.0.0.1", 0);
    if (!port)
        std::abort();
    say_ready(*port);
    wait_for_stop();
    loops.stop();
    loops.join();
}

void serve_listener(std::size_t threads) {
    net::EventLoops loops(threads);
    ConstantService service;
    net::HttpListener listener(loops, {}, service);
    serve(loops, listener);
}

void serve_server(std::size_t threads) {
    net::EventLoops loops(threads);
    SilentObserver observer;
    server::Server server(loops, {}, {echo_mount()}, {}, observer);
    serve(loops, server);
}

std::optional<std::size_t> count_of(std::string_view text) {
    std::size_t count = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), count);
    return failed == std::errc{} && end == text.data() + text.size() && count > 0 ? std::optional(count)
                                                                                  : std::nullopt;
}

} // namespace

int main(int argc, char** argv) {
    const std::string_view stack = argc > 1 ? argv[1] : "";
    const auto threads = argc > 2 ? count_of(argv[2]) : net::EventLoops::cores();
    const sigset_t signals = stop_signals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr); // for all threads: main waits for them
    if (stack == "server" && threads)
        serve_server(*threads);
    else if (stack == "listener" && threads)
        serve_listener(*threads);
    else {
        std::fputs("echo_server server|listener [THREADS]\n", stderr);
        return 2;
    }
}
