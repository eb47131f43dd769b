#include "net/http1_decoder.h"

#include "base/text.h"
#include "net/http1_chunks.h"
#include "net/http1_head.h"
#include "net/net_pch.h"
#include "wire/field_grammar.h"

#include <cassert>
#include <cstring>

namespace dialproof::net {
namespace {

namespace beast = boost::beast;
using beast::string_view;

// Read at once: most requests are small, and an idle connection keeps its buffer.
constexpr std::size_t head_read_bytes = 4 * 1024, body_read_bytes = 16 * 1024;
const HttpError not_http{400, "malformed_request", "This is not HTTP. Is it TLS, sent to a plain port?"};
const HttpError bare_line_feed{400, "malformed_request", "Lines must end with CR LF."};
const HttpError malformed_head{400, "malformed_request", "The request head is not well-formed."};
const HttpError malformed_chunks{400, "malformed_body",
                                 "The request body is not well-formed chunked coding."};

std::string text(string_view view) { return {view.data(), view.size()}; }

class HeadParser final : public beast::http::basic_parser<true> {
public:
    explicit HeadParser(const Limits& limits) {
        header_limit(static_cast<std::uint32_t>(limits.header_bytes));
        skip(true); // the body is not its business
    }

    Http1Request take() {
        result_.keep_alive = keep_alive();
        return std::move(result_);
    }

private:
    using Error = beast::error_code;
    using Length = boost::optional<std::uint64_t>;

    void on_request_impl(beast::http::verb, string_view method, string_view target, int version,
                         Error& error) override {
        const auto parsed = net::parse_target({target.data(), target.size()});
        if (!parsed) {
            error = beast::http::error::bad_target;
            return;
        }
        result_.request.method = text(method);
        result_.request.path = parsed->path;
        result_.request.query = parsed->query;
        result_.http10 = version == 10;
    }
    void on_field_impl(beast::http::field, string_view name, string_view value, Error&) override {
        result_.request.headers.add(to_lower({name.data(), name.size()}), text(value));
    }
    void on_response_impl(int, string_view, int, Error&) override {}
    void on_header_impl(Error&) override {}
    void on_body_init_impl(const Length&, Error&) override {}
    std::size_t on_body_impl(string_view, Error&) override { return 0; }
    void on_chunk_header_impl(std::uint64_t, string_view, Error&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, string_view, Error&) override { return 0; }
    void on_finish_impl(Error&) override {}

    Http1Request result_;
};

} // namespace

struct Http1Decoder::Impl {
    explicit Impl(const Limits& l) : limits(l) {}

    [[nodiscard]] std::string_view unread() const {
        return std::string_view(buffer).substr(begin, end - begin);
    }
    void consume(std::size_t bytes) {
        begin += bytes;
        if (begin == end)
            begin = end = 0;
    }

    std::optional<HttpError> start_request();
    std::optional<HttpError> scan_head();
    std::optional<HttpError> read_body();
    void skip_empty_line();

    const Limits limits;
    std::string buffer;
    std::size_t begin = 0, end = 0;

    // Of the head that is coming in:
    std::size_t scanned = 0, line_start = 0, lines = 0, head_bytes = 0;
    bool empty_line_skipped = false;

    // The request whose body is coming in:
    std::optional<Http1Request> current;
    std::optional<ChunkDecoder> chunks;
    std::size_t body_left = 0;
    bool complete = false;
    bool continue_due = false;

    std::optional<HttpError> failed;
};

Http1Decoder::Http1Decoder(const Limits& limits) : impl_(std::make_unique<Impl>(limits)) {}
Http1Decoder::~Http1Decoder() = default;

std::span<char> Http1Decoder::room() {
    auto& it = *impl_;
    const auto wanted = it.current ? body_read_bytes : head_read_bytes;
    if (it.begin > 0 && it.buffer.size() - it.end < wanted) {
        std::memmove(it.buffer.data(), it.buffer.data() + it.begin, it.end - it.begin);
        it.end -= it.begin;
        it.begin = 0;
    }
    if (it.buffer.size() - it.end < wanted)
        it.buffer.resize(it.end + wanted);
    return {it.buffer.data() + it.end, it.buffer.size() - it.end};
}

void Http1Decoder::filled(std::size_t bytes) {
    assert(impl_->end + bytes <= impl_->buffer.size());
    impl_->end += bytes;
}

void Http1Decoder::feed(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto space = room();
        const auto part = std::min(space.size(), bytes.size());
        std::memcpy(space.data(), bytes.data(), part);
        filled(part);
        bytes.remove_prefix(part);
    }
}

std::optional<Result<Http1Request, HttpError>> Http1Decoder::next() {
    auto& it = *impl_;
    if (!it.failed && !it.current)
        it.failed = it.start_request();
    if (!it.failed && it.current)
        it.failed = it.read_body();
    if (it.failed)
        return fail(*it.failed);
    if (!it.complete)
        return {};
    Result<Http1Request, HttpError> request = std::move(*it.current);
    it.current.reset();
    it.complete = false;
    it.continue_due = false;
    return request;
}

bool Http1Decoder::take_continue_due() { return std::exchange(impl_->continue_due, false); }

Http1Decoder::Phase Http1Decoder::phase() const {
    if (impl_->current)
        return Phase::body;
    return impl_->unread().empty() && !impl_->empty_line_skipped ? Phase::idle : Phase::head;
}

std::string_view Http1Decoder::unread() const { return impl_->unread(); }

const http::Request* Http1Decoder::head() const {
    return impl_->current ? &impl_->current->request : nullptr;
}

// RFC 9112 section 2.2: some old clients send an empty line after a body. One is forgiven.
void Http1Decoder::Impl::skip_empty_line() {
    if (!empty_line_skipped && lines == 0 && unread().starts_with("\r\n")) {
        consume(2);
        scanned = 0;
        empty_line_skipped = true;
    }
}

// Looks for the end of the head, at each byte once. What is wrong is found at the same byte however the
// input is cut: limits are judged as if the bytes had come one by one.
std::optional<HttpError> Http1Decoder::Impl::scan_head() {
    // METHOD SP target SP HTTP/1.1 CR LF
    const auto first_line_max = method_bytes_max + limits.target_bytes + 12;
    const auto bytes = unread();
    if (bytes.empty() || (bytes == "\r" && !empty_line_skipped))
        return {};
    if (!http::is_token_character(bytes.front()))
        return not_http;
    for (;;) {
        const auto line_feed = bytes.find('\n', scanned);
        const bool at_line_end = line_feed != std::string_view::npos;
        scanned = at_line_end ? line_feed + 1 : bytes.size();
        if (lines == 0 && scanned > first_line_max && first_line_max < limits.header_bytes)
            return http_errors::target_too_long;
        if (scanned > limits.header_bytes)
            return http_errors::header_too_large;
        if (at_line_end && bytes[line_feed - 1] != '\r')
            return bare_line_feed;
        if (at_line_end && line_feed - 1 == line_start) {
            head_bytes = scanned;
            return {};
        }
        if (at_line_end && lines++ > limits.header_count)
            return http_errors::too_many_fields;
        if (scanned == limits.header_bytes)
            return http_errors::header_too_large;
        if (!at_line_end)
            return {};
        line_start = scanned;
    }
}

std::optional<HttpError> Http1Decoder::Impl::start_request() {
    skip_empty_line();
    if (const auto fault = scan_head())
        return fault;
    if (head_bytes == 0)
        return {};
    const auto head = unread().substr(0, head_bytes);
    Head seen;
    if (const auto fault = find_fault(head, limits, seen))
        return fault;

    HeadParser parser(limits);
    beast::error_code error;
    const auto used = parser.put({head.data(), head.size()}, error);
    if (error || used != head.size() || !parser.is_done()) // a length of very many digits is too much for it
        return seen.body_too_large ? http_errors::body_too_large : malformed_head;
    consume(used);
    scanned = line_start = lines = head_bytes = 0;
    empty_line_skipped = false;

    current = parser.take();
    if (seen.body_too_large)
        return http_errors::body_too_large;
    body_left = parser.content_length().value_or(0);
    chunks.reset();
    if (parser.chunked())
        chunks.emplace(limits.body_bytes);
    // The length is a promise so far: not all of it is believed.
    current->request.body.reserve(std::min(body_left, body_read_bytes));
    continue_due = seen.expects_continue && (chunks || body_left > 0) && unread().empty();
    return {};
}

std::optional<HttpError> Http1Decoder::Impl::read_body() {
    auto bytes = unread();
    const auto available = bytes.size();
    auto& body = current->request.body;
    auto verdict = ChunkDecoder::Verdict::more;
    if (chunks) {
        verdict = chunks->read(bytes, body);
        complete = verdict == ChunkDecoder::Verdict::done;
    } else {
        const auto part = std::min(body_left, bytes.size());
        body += bytes.substr(0, part);
        bytes.remove_prefix(part);
        body_left -= part;
        complete = body_left == 0;
    }
    consume(available - bytes.size());
    if (verdict == ChunkDecoder::Verdict::too_large)
        return http_errors::body_too_large;
    if (verdict == ChunkDecoder::Verdict::malformed)
        return malformed_chunks;
    return {};
}

} // namespace dialproof::net
