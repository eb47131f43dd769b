// A keep-alive connection to the server under load: one request at a time, answers with a length.
#pragma once

#include "bench/load/loop.h"

#include <coroutine>
#include <optional>
#include <string>
#include <string_view>

#include <sys/socket.h>

namespace dialproof::bench {

// Where the server listens: this machine's loopback, nothing else.
struct Target {
    std::string host; // as in the Host field
    sockaddr_storage address{};
    socklen_t address_bytes = 0;

    // "http://127.0.0.1:8080" or "http://[::1]:8080"; nothing for any other place.
    static std::optional<Target> parse(std::string_view url);
};

struct HttpAnswer {
    int status = 0; // 0: none came, `body` says why
    std::string body;
};

class HttpClient final : public Loop::Watched {
public:
    HttpClient(Loop& loop, const Target& target) : loop_(loop), target_(target) {}
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;
    ~HttpClient() { hang_up(); }

    struct Asking {
        HttpClient& client;
        std::string request;
        bool await_ready() const { return false; }
        void await_suspend(std::coroutine_handle<> waiting) { client.start(std::move(request), waiting); }
        HttpAnswer await_resume() { return std::move(client.answer_); }
    };
    // `fields` are whole lines. Connects first where there is no connection.
    Asking ask(std::string_view method, std::string_view path, std::string_view fields,
               std::string_view body);

    // Ends a request that was sent before then, without an answer.
    void give_up_if_sent_before(Clock::time_point then);

private:
    void start(std::string request, std::coroutine_handle<> waiting);
    void ready(std::uint32_t events) override;
    bool connect();
    void send_rest();
    void receive();
    void take_answer();
    void end(int status, std::string_view body);
    void fail(std::string_view why);
    void hang_up();

    Loop& loop_;
    const Target& target_;
    int socket_ = -1;
    std::string request_, received_;
    std::size_t sent_ = 0;
    Clock::time_point started_;
    std::coroutine_handle<> waiting_;
    HttpAnswer answer_;
};

} // namespace dialproof::bench
