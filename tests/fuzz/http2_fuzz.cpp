#include "net/http2_session.h"

#include "tests/fuzz/fuzz_target.h"

#include <algorithm>
#include <string>
#include <type_traits>

using namespace dialproof;

namespace {

using net::Http2Session;

// Feeds a connection and answers each request as it comes. What it means may depend on where the bytes were
// cut, since an answer may be faster than what follows; that it stays within its bounds may not.
void talk(std::string_view bytes, std::size_t piece) {
    net::Limits limits;
    limits.header_bytes = 1024;
    limits.body_bytes = 1024;
    const Http2Session::Clock::time_point now{};
    Http2Session session(
        limits, [](const http::Request& head) { return head.path == "/stream"; }, now);
    const auto happened = [&](auto& event) {
        using Event = std::decay_t<decltype(event)>;
        if constexpr (std::is_same_v<Event, Http2Session::RequestCame>) {
            fuzz::require(!event.request.method.empty(), "a request has a method");
            fuzz::require(event.request.body.size() <= limits.body_bytes, "bodies are bounded");
            session.respond(event.stream, http::json_response(200, "{}"), "now");
        } else if constexpr (std::is_same_v<Event, Http2Session::RequestRefused>) {
            session.respond(event.stream, http::json_response(event.error.status, "{}"), "now");
        } else if constexpr (std::is_same_v<Event, Http2Session::PieceCame>) {
            fuzz::require(!event.bytes.empty(), "a piece is never empty");
            session.consumed(event.stream, event.bytes.size());
        }
    };
    while (!bytes.empty() && !session.finished()) {
        session.feed(bytes.substr(0, piece), now);
        bytes.remove_prefix(std::min(piece, bytes.size()));
        while (auto event = session.next_event())
            std::visit(happened, *event);
        while (!session.take_output(64 * 1024).empty()) {
        }
    }
    fuzz::require(session.frames_queued() == 0 || session.finished(), "all that is said can be taken");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes = std::string(net::http2_preface) + std::string(fuzz::text_of(data, size));
    talk(bytes, 64 * 1024);
    talk(bytes, 1);
    return 0;
}
