// A plain blocking HTTP/1.1 client for tests: it sends any bytes, and reads answers by their framing.
#pragma once

#include "base/text.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace dialproof::net {

struct TestAnswer {
    int status = 0; // 0: the connection ended before an answer
    std::map<std::string, std::string> headers;
    std::string body;
};

class TestClient {
public:
    explicit TestClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        const timeval patience{20, 0}; // far more than any answer takes: a test that hangs shall fail
        setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }
    TestClient(TestClient&& other) noexcept :
        socket_(std::exchange(other.socket_, -1)), connected_(other.connected_),
        buffer_(std::move(other.buffer_)) {}
    TestClient& operator=(TestClient&&) = delete;
    virtual ~TestClient() { close(); }

    [[nodiscard]] bool connected() const { return connected_; }
    void close() {
        if (socket_ >= 0)
            ::close(std::exchange(socket_, -1));
    }
    void end_sending() const { ::shutdown(socket_, SHUT_WR); }

    // False once the other side takes no more.
    bool send(std::string_view bytes) const { return transmit(bytes); } // NOLINT(modernize-use-nodiscard)
    bool get(const std::string& target, const std::string& fields = "") const { // NOLINT
        return send("GET " + target + " HTTP/1.1\r\nHost: test\r\n" + fields + "\r\n");
    }

    // `to_head`: the answer to a HEAD, without a body.
    TestAnswer read_answer(bool to_head = false) {
        TestAnswer answer;
        const auto head = read_through("\r\n\r\n");
        if (head.empty())
            return answer;
        answer.status = std::stoi(head.substr(9, 3));
        for (const auto line : split(head, '\n')) {
            const auto colon = line.find(':');
            if (colon != std::string_view::npos)
                answer.headers[to_lower(line.substr(0, colon))] =
                    std::string(trimmed(line.substr(colon + 1)));
        }
        const auto length = answer.headers.find("content-length");
        if (!to_head && length != answer.headers.end())
            answer.body = read_bytes(std::stoul(length->second));
        return answer;
    }

    // Whatever comes next; empty once the other side has closed.
    std::string receive() {
        if (buffer_.empty())
            more();
        return std::exchange(buffer_, {});
    }
    // Whatever comes until the other side closes.
    std::string read_to_end() {
        while (more()) {
        }
        return std::exchange(buffer_, {});
    }
    // True when the other side closes without another byte.
    bool ends() { return read_to_end().empty() && ended_; }

protected:
    // What goes over the wire, and what comes: 0 at the end, negative when it failed.
    virtual bool transmit(std::string_view bytes) const {
        while (!bytes.empty()) {
            const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0)
                return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    virtual ssize_t receive(char* room, std::size_t size) const { return ::recv(socket_, room, size, 0); }

private:
    bool more() {
        std::array<char, 65536> part{};
        const auto got = receive(part.data(), part.size());
        ended_ = got == 0 || (got < 0 && errno == ECONNRESET);
        if (got <= 0)
            return false;
        buffer_.append(part.data(), static_cast<std::size_t>(got));
        return true;
    }
    std::string read_through(std::string_view mark) {
        while (buffer_.find(mark) == std::string::npos)
            if (!more())
                return {};
        return read_bytes(buffer_.find(mark) + mark.size());
    }
    std::string read_bytes(std::size_t count) {
        while (buffer_.size() < count && more()) {
        }
        const auto bytes = buffer_.substr(0, count);
        buffer_.erase(0, count);
        return bytes;
    }

    int socket_;
    bool connected_ = false;
    bool ended_ = false;
    std::string buffer_;
};

} // namespace dialproof::net
