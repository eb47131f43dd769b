// What a request costs: a server that answers a constant, against a bare epoll loop that answers the same.
// Server and client run in this process, on a thread each; the server's CPU time is its thread's alone.
//
//   http_echo [requests]
#include "base/run_loop.h"
#include "net/http_listener.h"
#include "server/server.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <future>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using namespace dialproof;

constexpr std::size_t connections = 64;
constexpr std::string_view request =
    "POST /v2/users/42/phone HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nUser-Agent: bench\r\nAccept: */*\r\n"
    "Authorization: Bearer 0123456789abcdef0123456789abcdef\r\nContent-Type: application/json\r\n"
    "Content-Length: 40\r\n\r\n{\"phone\":\"+14155552671\",\"code\":\"123456\"}";
constexpr std::string_view answer_body = R"({"verified":true})";

double cpu_of_this_thread() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

int connect_to(std::uint16_t port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        std::abort();
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return socket;
}

// Each connection has one request under way. Gives the seconds that it took.
double run_client(std::uint16_t port, std::size_t requests) {
    const int poll = epoll_create1(0);
    std::vector<int> sockets;
    for (std::size_t i = 0; i < connections; ++i) {
        const int socket = sockets.emplace_back(connect_to(port));
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = socket;
        epoll_ctl(poll, EPOLL_CTL_ADD, socket, &event);
    }
    const auto send_one = [](int socket) {
        if (::send(socket, request.data(), request.size(), MSG_NOSIGNAL) !=
            static_cast<ssize_t>(request.size()))
            std::abort();
    };
    const auto start = std::chrono::steady_clock::now();
    for (const int socket : sockets)
        send_one(socket);
    std::size_t done = 0;
    std::array<epoll_event, connections> events{};
    std::array<char, 4096> buffer{};
    while (done < requests) {
        const int count = epoll_wait(poll, events.data(), connections, -1);
        for (int i = 0; i < count; ++i) {
            const int socket = events.at(static_cast<std::size_t>(i)).data.fd;
            const auto got = ::recv(socket, buffer.data(), buffer.size(), 0);
            const std::string_view answer(buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
            if (!answer.starts_with("HTTP/1.1 200") || !answer.ends_with(answer_body))
                std::abort();
            ++done;
            send_one(socket);
        }
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    for (const int socket : sockets)
        ::close(socket);
    ::close(poll);
    return took.count();
}

struct Cost {
    double requests_per_second;
    double cpu_us;
};

// The floor: no parser, no timer, no limit.
Cost bare_epoll(std::size_t requests) {
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
        ::listen(listener, 128) != 0 ||
        getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        std::abort();
    const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(answer_body.size()) +
                               "\r\n\r\n" + std::string(answer_body);
    std::promise<double> cpu;
    std::thread server([&] {
        const double before = cpu_of_this_thread();
        const int poll = epoll_create1(0);
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = listener;
        epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
        std::size_t accepted = 0, closed = 0;
        std::array<epoll_event, connections> events{};
        std::array<char, 4096> buffer{};
        while (accepted < connections || closed < accepted) {
            const int count = epoll_wait(poll, events.data(), connections, -1);
            for (int i = 0; i < count; ++i) {
                const int socket = events.at(static_cast<std::size_t>(i)).data.fd;
                if (socket == listener) {
                    event.data.fd = ::accept(listener, nullptr, nullptr);
                    epoll_ctl(poll, EPOLL_CTL_ADD, event.data.fd, &event);
                    ++accepted;
                } else if (::recv(socket, buffer.data(), buffer.size(), 0) > 0) {
                    ::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL);
                } else {
                    ::close(socket);
                    ++closed;
                }
            }
        }
        ::close(poll);
        cpu.set_value(cpu_of_this_thread() - before);
    });
    const double seconds = run_client(ntohs(address.sin_port), requests);
    server.join();
    ::close(listener);
    return {static_cast<double>(requests) / seconds, cpu.get_future().get() / static_cast<double>(requests)};
}

double cpu_of(net::EventLoop& loop) {
    std::promise<double> cpu;
    loop.call([&] { cpu.set_value(cpu_of_this_thread()); });
    return cpu.get_future().get();
}

Cost measure(net::EventLoops& loops, std::uint16_t port, std::size_t requests) {
    run_client(port, requests / 10); // warms up
    const double before = cpu_of(loops[0]);
    const double seconds = run_client(port, requests);
    const double cpu = cpu_of(loops[0]) - before;
    return {static_cast<double>(requests) / seconds, cpu / static_cast<double>(requests)};
}

Task<http::Response> constant() { co_return http::json_response(200, std::string(answer_body)); }

class ConstantService final : public net::HttpService {
public:
    Task<http::Response> answer(net::EventLoop&, http::Request) override { return constant(); }
    http::Response refusal(net::EventLoop&, const net::HttpError&) override { return {}; }
    void connection_opened() override {}
    void connection_closed() override {}
    void connection_dropped(std::string_view) override {}
};

Cost listener_alone(std::size_t requests) {
    net::EventLoops loops(1);
    ConstantService service;
    net::HttpListener listener(loops, {}, service);
    loops.start();
    const auto cost = measure(loops, listener.listen("127.0.0.1", 0).value(), requests);
    RunLoop here;
    here.wait_for(listener.stop(Milliseconds(5000)));
    return cost;
}

class SilentObserver final : public server::Observer {
public:
    void request_done(const server::RequestDone&) override {}
    void request_rejected(std::string_view) override {}
    void handler_failed(std::string_view, std::string_view) override {}
    void connection_opened() override {}
    void connection_closed() override {}
};

Cost whole_server(std::size_t requests) {
    http::Mount mount;
    mount.name = "bench";
    mount.prefixes = {"/v2/"};
    mount.routes = {
        {"POST", "/v2/users/{user_id}/phone", "SetPhone", [](http::Request) { return constant(); }}};
    net::EventLoops loops(1);
    SilentObserver observer;
    server::Server server(loops, {}, {mount}, {}, observer);
    loops.start();
    const auto cost = measure(loops, server.listen("127.0.0.1", 0).value(), requests);
    RunLoop here;
    here.wait_for(server.stop(Milliseconds(5000)));
    return cost;
}

} // namespace

int main(int argc, char** argv) {
    const std::size_t requests = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 200'000;
    const auto floor = bare_epoll(requests);
    const auto show = [&](const char* name, const Cost& cost) {
        std::printf("%-16s %9.0f requests/s  %6.2f us CPU/request  %5.2f x bare epoll\n", name,
                    cost.requests_per_second, cost.cpu_us, cost.cpu_us / floor.cpu_us);
    };
    show("bare epoll", floor);
    show("HTTP listener", listener_alone(requests));
    show("whole server", whole_server(requests));
}
