#include "bench/load/http_client.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <unistd.h>

namespace dialproof::bench {

namespace {

constexpr std::string_view head_end = "\r\n\r\n";

template <typename Number>
std::optional<Number> number_in(std::string_view text) {
    Number number{};
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    return failed == std::errc{} && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::string_view field(std::string_view head, std::string_view name) {
    for (auto at = head.find("\r\n"); at != std::string_view::npos;) {
        const auto begin = at + 2;
        const auto end = head.find("\r\n", begin);
        const auto line = head.substr(begin, end == std::string_view::npos ? end : end - begin);
        if (line.size() > name.size() && line[name.size()] == ':' &&
            equals_ignoring_case(line.substr(0, name.size()), name))
            return trimmed(line.substr(name.size() + 1));
        at = end;
    }
    return {};
}

} // namespace

std::optional<Target> Target::parse(std::string_view url) {
    constexpr std::string_view v4 = "http://127.0.0.1:", v6 = "http://[::1]:";
    const bool is_v4 = url.starts_with(v4);
    if (!is_v4 && !url.starts_with(v6))
        return {};
    auto digits = url.substr(is_v4 ? v4.size() : v6.size());
    if (digits.ends_with('/'))
        digits.remove_suffix(1);
    const auto port = number_in<std::uint16_t>(digits);
    if (!port)
        return {};
    Target target;
    target.host = std::string(is_v4 ? "127.0.0.1:" : "[::1]:") + std::to_string(*port);
    if (is_v4) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(*port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        std::memcpy(&target.address, &address, sizeof address);
        target.address_bytes = sizeof address;
    } else {
        sockaddr_in6 address{};
        address.sin6_family = AF_INET6;
        address.sin6_port = htons(*port);
        address.sin6_addr = in6addr_loopback;
        std::memcpy(&target.address, &address, sizeof address);
        target.address_bytes = sizeof address;
    }
    return target;
}

HttpClient::Asking HttpClient::ask(std::string_view method, std::string_view path, std::string_view fields,
                                   std::string_view body) {
    std::string request;
    request.reserve(method.size() + path.size() + fields.size() + body.size() + 96);
    request.append(method).append(" ").append(path).append(" HTTP/1.1\r\nHost: ").append(target_.host);
    request.append("\r\n").append(fields).append("Content-Length: ").append(std::to_string(body.size()));
    request.append(head_end).append(body);
    return {*this, std::move(request)};
}

void HttpClient::start(std::string request, std::coroutine_handle<> waiting) {
    waiting_ = waiting;
    started_ = Clock::now();
    request_ = std::move(request);
    sent_ = 0;
    received_.clear();
    if (socket_ < 0 && !connect())
        return;
    send_rest();
}

bool HttpClient::connect() {
    socket_ = socket(target_.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    if (socket_ < 0 || setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0 ||
        (::connect(socket_, reinterpret_cast<const sockaddr*>(&target_.address), target_.address_bytes) !=
             0 &&
         errno != EINPROGRESS)) {
        fail(std::strerror(errno));
        return false;
    }
    loop_.watch(socket_, EPOLLIN | EPOLLOUT | EPOLLRDHUP, *this);
    return true;
}

void HttpClient::ready(std::uint32_t events) {
    if ((events & EPOLLOUT) != 0)
        send_rest();
    if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0)
        receive();
}

void HttpClient::send_rest() {
    while (sent_ < request_.size()) {
        const auto count = ::send(socket_, request_.data() + sent_, request_.size() - sent_, MSG_NOSIGNAL);
        if (count < 0) {
            if (errno != EAGAIN && errno != ENOTCONN)
                fail(std::strerror(errno));
            return;
        }
        sent_ += static_cast<std::size_t>(count);
    }
}

void HttpClient::receive() {
    std::array<char, 4096> buffer;
    ssize_t count = 0;
    do {
        count = ::recv(socket_, buffer.data(), buffer.size(), 0);
        if (count == 0)
            return fail("the server closed the connection");
        if (count < 0 && errno != EAGAIN)
            return fail(std::strerror(errno));
        received_.append(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    } while (count == static_cast<ssize_t>(buffer.size()));
    take_answer();
}

void HttpClient::take_answer() {
    const auto head_size = received_.find(head_end);
    if (head_size == std::string::npos)
        return;
    const auto head = std::string_view(received_).substr(0, head_size);
    const auto status = number_in<int>(head.substr(std::min<std::size_t>(head.size(), 9), 3));
    if (!head.starts_with("HTTP/1.1 ") || !status)
        return fail("the answer is no HTTP/1.1");
    const auto length = number_in<std::size_t>(field(head, "content-length"));
    if (!length && *status != 204)
        return fail("the answer has no length");
    const auto body = std::string_view(received_).substr(head_size + head_end.size());
    if (body.size() < length.value_or(0))
        return;
    const bool closes = equals_ignoring_case(field(head, "connection"), "close");
    end(*status, body);
    if (closes)
        hang_up();
}

void HttpClient::end(int status, std::string_view body) {
    answer_ = {status, std::string(body)};
    request_.clear();
    sent_ = 0;
    if (const auto waiting = std::exchange(waiting_, {}))
        loop_.post(waiting);
}

void HttpClient::fail(std::string_view why) {
    hang_up();
    end(0, why);
}

void HttpClient::hang_up() {
    if (socket_ >= 0)
        close(std::exchange(socket_, -1));
}

void HttpClient::give_up_if_sent_before(Clock::time_point then) {
    if (waiting_ && started_ < then)
        fail("no answer came in time");
}

} // namespace dialproof::bench
