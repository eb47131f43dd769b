// HTTP/1.1 requests out of bytes (RFC 9112), without a socket. The head is checked strictly (http1_head.h),
// then Beast's parser reads it. Where a request breaks the protocol or a limit the decoder says
// why and stays in that state: the connection is to be answered and closed.
#pragma once

#include "base/result.h"
#include "net/http_error.h"
#include "net/limits.h"
#include "wire/http.h"

#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace dialproof::net {

struct Http1Request {
    http::Request request; // caller_address and id are empty
    bool keep_alive = true;
    bool http10 = false;
};

class Http1Decoder {
public:
    enum class Phase { idle, head, body };

    explicit Http1Decoder(const Limits& limits);
    ~Http1Decoder();

    // Where the next bytes may be read into; then say how many came. Take all requests in between.
    std::span<char> room();
    void filled(std::size_t bytes);
    // The same for bytes that are elsewhere.
    void feed(std::string_view bytes);

    // The next request, in the order of arrival, or why there will be none. Empty: feed me more bytes.
    std::optional<Result<Http1Request, HttpError>> next();

    // True once for a request whose sender waits for "100 Continue".
    bool take_continue_due();

    // What the bytes so far belong to, for the time limits.
    [[nodiscard]] Phase phase() const;
    // Bytes that came and are in no request yet.
    [[nodiscard]] std::string_view unread() const;
    // The request whose body is coming in, or will not be taken; null where none is.
    [[nodiscard]] const http::Request* head() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace dialproof::net
