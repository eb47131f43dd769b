#include "net/http2_session.h"

#include "net/http2_frame_heads.h"
#include "net/http2_head.h"
#include "net/response_fields.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <list>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

namespace dialproof::net {
namespace {

// A header block that is not too large needs one or two.
constexpr std::size_t continuations_max = 8;
// nghttp2's own defences. Ours are stricter in most cases. It counts a continuation for each piece in which
// the head of its frame comes.
constexpr std::size_t acks_queued_max = 1000, settings_entries_max = 32,
                      continuation_pieces_max = 9 * (continuations_max + 1);
constexpr std::uint64_t resets_burst = 1000, resets_per_second = 33;

// What a client may send of a body that nobody reads, once it has its answer.
constexpr std::size_t unread_body_max = 256 * 1024;

constexpr std::array<std::uint8_t, 8> alive_ping{'a', 'l', 'i', 'v', 'e', '?', 0, 0};
constexpr std::array<std::uint8_t, 8> last_ping{'l', 'a', 's', 't', 'o', 'n', 'e', '!'};

// The fields of a response as nghttp2 takes them, which copies them. What is added outlives the block.
class FieldBlock {
public:
    FieldBlock() { fields_.reserve(usual); }

    void add(std::string_view name, std::string_view value) {
        if (has_control_characters(value)) {
            std::string& kept = repaired_.emplace_back();
            append_field_value(kept, value);
            value = kept;
        }
        const auto flags = name == unique_field ? NGHTTP2_NV_FLAG_NO_INDEX : NGHTTP2_NV_FLAG_NONE;
        fields_.push_back(
            {bytes(name), bytes(value), name.size(), value.size(), static_cast<std::uint8_t>(flags)});
    }
    void add_number(std::string_view name, std::size_t number) {
        auto& digits = numbers_.at(numbers_made_++);
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
        add(name, {digits.data(), static_cast<std::size_t>(end - digits.data())});
    }
    void add(const http::Headers& headers) {
        for (const auto& [name, value] : headers.all())
            if (!is_own_field(name))
                add(name, value);
    }
    [[nodiscard]] const nghttp2_nv* data() const { return fields_.data(); }
    [[nodiscard]] std::size_t size() const { return fields_.size(); }

private:
    // The library does not write there.
    static std::uint8_t* bytes(std::string_view text) {
        return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data())); // NOLINT
    }

    static constexpr std::size_t usual = 16;
    // Never the same twice: in the table of HPACK it would only push out what comes again.
    static constexpr std::string_view unique_field = "x-request-id";
    std::list<std::string> repaired_;
    std::array<std::array<char, 20>, 2> numbers_{}; // the status and the length
    std::size_t numbers_made_ = 0;
    std::vector<nghttp2_nv> fields_;
};

bool ends_stream(const nghttp2_frame_hd& frame) {
    return (frame.type == NGHTTP2_DATA || frame.type == NGHTTP2_HEADERS) &&
           (frame.flags & NGHTTP2_FLAG_END_STREAM) != 0;
}

std::string_view text(const std::uint8_t* bytes, std::size_t size) {
    return {reinterpret_cast<const char*>(bytes), size}; // NOLINT
}

struct Deleter {
    void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
    void operator()(nghttp2_session_callbacks* callbacks) const { nghttp2_session_callbacks_del(callbacks); }
    void operator()(nghttp2_option* option) const { nghttp2_option_del(option); }
};

} // namespace

struct Http2Session::Impl {
    struct Exchange {
        enum class Reading { head, body, pieces, nothing };

        explicit Exchange(const Limits& limits) : head(limits) {}

        Http2Head head;
        http::Request request; // once its head is whole, until it is in an event
        Reading reading = Reading::head;
        bool known = false;     // it was in an event
        bool head_only = false; // HEAD: the answer has no body

        std::string body; // of the answer: what is left of it begins at `body_at`
        std::size_t body_at = 0;
        bool body_ended = false, piece_asked = false, answered = false, answer_left = false;
        std::size_t dropped = 0; // of the request's body
        http::Headers trailers;
    };

    Impl(const Limits& l, std::function<bool(const http::Request&)> s, Clock::time_point now) :
        limits(l), streams(std::move(s)), patience(now) {
        make_session();
    }

    void make_session();
    static std::unique_ptr<nghttp2_session_callbacks, Deleter> make_callbacks();
    static std::unique_ptr<nghttp2_option, Deleter> make_options();

    // Most calls mean the stream that the last one meant.
    Exchange* find(Stream stream) {
        if (found_last.first == stream)
            return found_last.second;
        const auto found = exchanges.find(stream);
        if (found == exchanges.end())
            return nullptr;
        found_last = {stream, &found->second};
        return found_last.second;
    }
    template <typename E>
    void tell(Exchange& exchange, E&& event) {
        exchange.known = true;
        events.emplace_back(std::forward<E>(event));
    }
    // Nothing but the lack of memory makes a submission of ours fail, once the stream is known to be there.
    static void must(int result) {
        if (result == NGHTTP2_ERR_NOMEM)
            std::abort();
    }
    bool bears(std::uint8_t type, std::size_t length);
    void end(std::string_view why, std::uint32_t code);

    // What nghttp2 tells of frames that come:
    void head_begins(Stream stream);
    void field(Stream stream, std::string_view name, std::string_view value);
    void data(Stream stream, std::string_view bytes);
    void frame_came(const nghttp2_frame& frame);
    void head_came(Stream stream, bool whole);
    void request_ended(Stream stream);
    void ping_answered(const std::uint8_t* content);
    void go_away();
    void stream_closed(Stream stream);
    // … and of frames that leave:
    ssize_t next_data(Stream stream, std::span<std::uint8_t> room, std::uint32_t& flags);
    void frame_left(const nghttp2_frame& frame);

    void drop(Stream stream, Exchange& exchange, std::size_t bytes);
    void refuse(Stream stream, Exchange& exchange, const HttpError& error);
    void say_continue(Stream stream);
    void submit_head(Stream stream, const http::Response& response, const FieldBlock& fields, bool bare);
    void submit_trailers(Stream stream, const http::Headers& trailers);

    const Limits& limits;
    const std::function<bool(const http::Request&)> streams;
    Http2Patience patience;
    Http2FrameHeads heads{http2_preface.size()};
    std::size_t continuations = 0; // in a row
    std::unique_ptr<nghttp2_session, Deleter> session;
    std::unordered_map<Stream, Exchange> exchanges;
    std::pair<Stream, Exchange*> found_last{0, nullptr}; // of a request, which is never stream 0
    std::deque<Event> events;
    std::string_view fault;
    std::optional<Stream> head_coming; // whose header block is not whole
    std::size_t output_last = 0;       // in bytes: the next is often as large
    bool broken = false, shutting_down = false, going_away = false;
};

std::unique_ptr<nghttp2_session_callbacks, Deleter> Http2Session::Impl::make_callbacks() {
    nghttp2_session_callbacks* made = nullptr;
    must(nghttp2_session_callbacks_new(&made));
    std::unique_ptr<nghttp2_session_callbacks, Deleter> callbacks(made);
    nghttp2_session_callbacks_set_on_begin_headers_callback(
        made, [](nghttp2_session*, const nghttp2_frame* frame, void* impl) {
            if (frame->headers.cat == NGHTTP2_HCAT_REQUEST)
                static_cast<Impl*>(impl)->head_begins(frame->hd.stream_id);
            return 0;
        });
    nghttp2_session_callbacks_set_on_header_callback(
        made,
        [](nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size,
           const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* impl) {
            if (frame->headers.cat == NGHTTP2_HCAT_REQUEST)
                static_cast<Impl*>(impl)->field(frame->hd.stream_id, text(name, name_size),
                                                text(value, value_size));
            return 0;
        });
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
        made, [](nghttp2_session*, std::uint8_t, Stream stream, const std::uint8_t* bytes, std::size_t size,
                 void* impl) {
            static_cast<Impl*>(impl)->data(stream, text(bytes, size));
            return 0;
        });
    nghttp2_session_callbacks_set_on_frame_recv_callback(
        made, [](nghttp2_session*, const nghttp2_frame* frame, void* impl) {
            static_cast<Impl*>(impl)->frame_came(*frame);
            return 0;
        });
    nghttp2_session_callbacks_set_on_stream_close_callback(
        made, [](nghttp2_session*, Stream stream, std::uint32_t, void* impl) {
            static_cast<Impl*>(impl)->stream_closed(stream);
            return 0;
        });
    // A head that is too large for HTTP/2, say. Nobody is left waiting for what will not come.
    nghttp2_session_callbacks_set_on_frame_not_send_callback(
        made, [](nghttp2_session* own, const nghttp2_frame* frame, int, void*) {
            if (frame->hd.type == NGHTTP2_HEADERS)
                must(nghttp2_submit_rst_stream(own, NGHTTP2_FLAG_NONE, frame->hd.stream_id,
                                               NGHTTP2_INTERNAL_ERROR));
            return 0;
        });
    nghttp2_session_callbacks_set_on_frame_send_callback(
        made, [](nghttp2_session*, const nghttp2_frame* frame, void* impl) {
            static_cast<Impl*>(impl)->frame_left(*frame);
            return 0;
        });
    return callbacks;
}

std::unique_ptr<nghttp2_option, Deleter> Http2Session::Impl::make_options() {
    nghttp2_option* made = nullptr;
    must(nghttp2_option_new(&made));
    std::unique_ptr<nghttp2_option, Deleter> options(made);
    nghttp2_option_set_no_auto_window_update(made, 1);
    nghttp2_option_set_max_outbound_ack(made, acks_queued_max);
    nghttp2_option_set_max_settings(made, settings_entries_max);
    nghttp2_option_set_max_continuations(made, continuation_pieces_max);
    nghttp2_option_set_stream_reset_rate_limit(made, resets_burst, resets_per_second);
    return options;
}

void Http2Session::Impl::make_session() {
    nghttp2_session* made = nullptr;
    const auto callbacks = make_callbacks();
    const auto options = make_options();
    must(nghttp2_session_server_new2(&made, callbacks.get(), this, options.get()));
    session.reset(made);
    const std::array<nghttp2_settings_entry, 2> settings{
        {{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, streams_max},
         {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<std::uint32_t>(limits.header_bytes)}}};
    must(nghttp2_submit_settings(made, NGHTTP2_FLAG_NONE, settings.data(), settings.size()));
}

void Http2Session::Impl::end(std::string_view why, std::uint32_t code) {
    if (fault.empty())
        fault = why;
    going_away = true;
    must(nghttp2_session_terminate_session(session.get(), code));
}

// Whether a frame that begins is one too many.
bool Http2Session::Impl::bears(std::uint8_t type, std::size_t length) {
    continuations = type == NGHTTP2_CONTINUATION ? continuations + 1 : 0;
    return continuations <= continuations_max && ((type == NGHTTP2_DATA && length > 0) || patience.take());
}

void Http2Session::Impl::head_begins(Stream stream) {
    exchanges.try_emplace(stream, limits);
    head_coming = stream;
}

void Http2Session::Impl::field(Stream stream, std::string_view name, std::string_view value) {
    if (auto* exchange = find(stream))
        exchange->head.add(name, value);
}

void Http2Session::Impl::frame_came(const nghttp2_frame& frame) {
    const auto stream = frame.hd.stream_id;
    const bool last = ends_stream(frame.hd);
    if (frame.hd.type == NGHTTP2_HEADERS && frame.headers.cat == NGHTTP2_HCAT_REQUEST)
        head_came(stream, last);
    else if (last)
        request_ended(stream);
    const bool padding_alone =
        frame.hd.type == NGHTTP2_DATA && frame.hd.length > 0 && frame.hd.length == frame.data.padlen;
    if (padding_alone && !patience.take())
        end("http2_flood", NGHTTP2_ENHANCE_YOUR_CALM);
    if (frame.hd.type == NGHTTP2_PING && (frame.hd.flags & NGHTTP2_FLAG_ACK) != 0)
        ping_answered(&frame.ping.opaque_data[0]);
}

void Http2Session::Impl::head_came(Stream stream, bool whole) {
    head_coming.reset();
    auto* exchange = find(stream);
    if (exchange == nullptr)
        return;
    const auto fault_of_head = exchange->head.end();
    const auto length = exchange->head.length().value_or(0);
    exchange->request = exchange->head.take();
    exchange->head_only = exchange->request.method == "HEAD";
    if (fault_of_head)
        return refuse(stream, *exchange, *fault_of_head);
    if (whole) {
        exchange->reading = Exchange::Reading::nothing;
        return tell(*exchange, RequestCame{stream, std::move(exchange->request), false});
    }
    const bool in_pieces = streams(exchange->request);
    if (!in_pieces && length > limits.body_bytes)
        return refuse(stream, *exchange, http_errors::body_too_large);
    if (exchange->head.expects_continue())
        say_continue(stream);
    exchange->reading = in_pieces ? Exchange::Reading::pieces : Exchange::Reading::body;
    if (in_pieces)
        tell(*exchange, RequestCame{stream, std::move(exchange->request), true});
    else
        tell(*exchange, BodyAwaited{stream});
}

// The window of the connection is opened at once, or one slow stream would hold up all others: what they may
// send together is bounded by the windows of so many streams.
void Http2Session::Impl::data(Stream stream, std::string_view bytes) {
    must(nghttp2_session_consume_connection(session.get(), bytes.size()));
    auto* exchange = find(stream);
    if (exchange != nullptr && exchange->reading == Exchange::Reading::pieces)
        return tell(*exchange, PieceCame{stream, std::string(bytes)});
    must(nghttp2_session_consume_stream(session.get(), stream, bytes.size()));
    if (exchange == nullptr)
        return;
    if (exchange->reading != Exchange::Reading::body)
        return drop(stream, *exchange, bytes.size());
    if (exchange->request.body.size() + bytes.size() > limits.body_bytes)
        return refuse(stream, *exchange, http_errors::body_too_large);
    exchange->request.body += bytes;
}

// RFC 9113 section 8.1: whoever has his answer may be told to stop sending. Not at once, for curl 7 takes
// that for a failure and drops the answer.
void Http2Session::Impl::drop(Stream stream, Exchange& exchange, std::size_t bytes) {
    exchange.dropped += bytes;
    if (exchange.answer_left && exchange.dropped > unread_body_max)
        must(nghttp2_submit_rst_stream(session.get(), NGHTTP2_FLAG_NONE, stream, NGHTTP2_NO_ERROR));
}

void Http2Session::Impl::request_ended(Stream stream) {
    auto* exchange = find(stream);
    if (exchange == nullptr)
        return;
    const auto reading = std::exchange(exchange->reading, Exchange::Reading::nothing);
    if (reading == Exchange::Reading::body)
        tell(*exchange, RequestCame{stream, std::move(exchange->request), false});
    else if (reading == Exchange::Reading::pieces)
        tell(*exchange, BodyEnded{stream});
}

void Http2Session::Impl::refuse(Stream stream, Exchange& exchange, const HttpError& error) {
    exchange.reading = Exchange::Reading::nothing;
    exchange.request.body.clear();
    tell(exchange, RequestRefused{stream, error, std::move(exchange.request)});
}

void Http2Session::Impl::say_continue(Stream stream) {
    FieldBlock fields;
    fields.add(":status", "100");
    must(nghttp2_submit_headers(session.get(), NGHTTP2_FLAG_NONE, stream, nullptr, fields.data(),
                                fields.size(), nullptr));
}

void Http2Session::Impl::ping_answered(const std::uint8_t* content) {
    if (shutting_down && std::equal(last_ping.begin(), last_ping.end(), content))
        go_away();
}

void Http2Session::Impl::go_away() {
    if (!std::exchange(going_away, true))
        must(nghttp2_submit_goaway(session.get(), NGHTTP2_FLAG_NONE,
                                   nghttp2_session_get_last_proc_stream_id(session.get()), NGHTTP2_NO_ERROR,
                                   nullptr, 0));
}

void Http2Session::Impl::stream_closed(Stream stream) {
    if (head_coming == stream)
        head_coming.reset();
    const auto found = exchanges.find(stream);
    if (found == exchanges.end())
        return;
    if (found->second.known)
        events.emplace_back(StreamClosed{stream});
    found_last = {0, nullptr};
    exchanges.erase(found);
}

ssize_t Http2Session::Impl::next_data(Stream stream, std::span<std::uint8_t> room, std::uint32_t& flags) {
    Exchange& exchange = *find(stream);
    const auto part = std::min(room.size(), exchange.body.size() - exchange.body_at);
    std::memcpy(room.data(), exchange.body.data() + exchange.body_at, part);
    exchange.body_at += part;
    if (exchange.body_at < exchange.body.size())
        return static_cast<ssize_t>(part);
    exchange.body.clear();
    exchange.body_at = 0;
    if (!exchange.body_ended) {
        if (!std::exchange(exchange.piece_asked, true))
            tell(exchange, PieceTaken{stream});
        return part > 0 ? static_cast<ssize_t>(part) : static_cast<ssize_t>(NGHTTP2_ERR_DEFERRED);
    }
    flags |= NGHTTP2_DATA_FLAG_EOF;
    if (!exchange.trailers.all().empty()) {
        flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
        submit_trailers(stream, exchange.trailers);
    }
    return static_cast<ssize_t>(part);
}

void Http2Session::Impl::frame_left(const nghttp2_frame& frame) {
    if (frame.hd.type == NGHTTP2_DATA)
        patience.give(Http2Patience::for_a_data_frame);
    if (frame.hd.type == NGHTTP2_GOAWAY && frame.goaway.error_code != NGHTTP2_NO_ERROR && fault.empty())
        fault =
            frame.goaway.error_code == NGHTTP2_ENHANCE_YOUR_CALM ||
                    frame.goaway.error_code == NGHTTP2_INTERNAL_ERROR // so says nghttp2 to a flood of resets
                ? "http2_flood"
                : "http2_protocol_error";
    if (!ends_stream(frame.hd))
        return;
    patience.give(Http2Patience::for_an_answer);
    if (auto* exchange = find(frame.hd.stream_id))
        exchange->answer_left = true;
}

void Http2Session::Impl::submit_trailers(Stream stream, const http::Headers& trailers) {
    FieldBlock fields;
    fields.add(trailers);
    must(nghttp2_submit_trailer(session.get(), stream, fields.data(), fields.size()));
}

// `bare`: no body follows.
void Http2Session::Impl::submit_head(Stream stream, const http::Response& response, const FieldBlock& fields,
                                     bool bare) {
    if (!bare && !response.stream && response.body.empty() && !response.trailers.all().empty()) {
        must(nghttp2_submit_headers(session.get(), NGHTTP2_FLAG_NONE, stream, nullptr, fields.data(),
                                    fields.size(), nullptr));
        submit_trailers(stream, response.trailers);
        return;
    }
    nghttp2_data_provider body{};
    body.read_callback = [](nghttp2_session*, Stream id, std::uint8_t* room, std::size_t size,
                            std::uint32_t* flags, nghttp2_data_source*, void* impl) {
        return static_cast<Impl*>(impl)->next_data(id, {room, size}, *flags);
    };
    const bool empty = bare || (!response.stream && response.body.empty());
    must(nghttp2_submit_response(session.get(), stream, fields.data(), fields.size(),
                                 empty ? nullptr : &body));
}

Http2Session::Http2Session(const Limits& limits, std::function<bool(const http::Request&)> streams,
                           Clock::time_point now) :
    impl_(std::make_unique<Impl>(limits, std::move(streams), now)) {}

Http2Session::~Http2Session() = default;

void Http2Session::feed(std::string_view bytes, Clock::time_point now) {
    auto& it = *impl_;
    if (it.broken)
        return;
    it.patience.pass(now);
    bool bearable = true;
    bytes = it.heads.read(
        bytes, [&](std::uint8_t type, std::size_t length) { return bearable = it.bears(type, length); });
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data()); // NOLINT
    const auto taken = nghttp2_session_mem_recv(it.session.get(), data, bytes.size());
    if (taken == NGHTTP2_ERR_NOMEM)
        std::abort();
    it.broken = taken < 0 || !bearable;
    if (!bearable)
        it.end("http2_flood", NGHTTP2_ENHANCE_YOUR_CALM);
    else if (taken < 0)
        it.end(taken == NGHTTP2_ERR_FLOODED ? "http2_flood" : "http2_protocol_error",
               taken == NGHTTP2_ERR_FLOODED ? NGHTTP2_ENHANCE_YOUR_CALM : NGHTTP2_PROTOCOL_ERROR);
}

std::optional<Http2Session::Event> Http2Session::next_event() {
    if (impl_->events.empty())
        return {};
    auto event = std::move(impl_->events.front());
    impl_->events.pop_front();
    return event;
}

std::string Http2Session::take_output(std::size_t enough) {
    std::string output;
    output.reserve(std::min(impl_->output_last, enough));
    while (output.size() < enough) {
        const std::uint8_t* bytes = nullptr;
        const auto size = nghttp2_session_mem_send(impl_->session.get(), &bytes);
        if (size == NGHTTP2_ERR_NOMEM)
            std::abort();
        if (size <= 0)
            break;
        output += text(bytes, static_cast<std::size_t>(size));
    }
    if (!output.empty())
        impl_->output_last = output.size();
    return output;
}

std::size_t Http2Session::frames_queued() const {
    return nghttp2_session_get_outbound_queue_size(impl_->session.get());
}

bool Http2Session::finished() const {
    auto* session = impl_->session.get();
    if (nghttp2_session_want_write(session) != 0)
        return false;
    const bool noticed_only = impl_->shutting_down && !impl_->going_away; // for nghttp2 that would do
    return impl_->broken || (nghttp2_session_want_read(session) == 0 && !noticed_only);
}

std::string_view Http2Session::fault() const { return impl_->fault; }
bool Http2Session::reading_head() const { return impl_->head_coming.has_value(); }

void Http2Session::respond(Stream stream, http::Response response, std::string_view date) {
    auto* exchange = impl_->find(stream);
    if (exchange == nullptr || std::exchange(exchange->answered, true))
        return;
    const bool bare = exchange->head_only || !may_have_body(response.status);
    FieldBlock fields;
    fields.add_number(":status", static_cast<std::size_t>(response.status));
    fields.add("date", date);
    fields.add(response.headers);
    if (may_have_body(response.status) && !response.stream && response.trailers.all().empty())
        fields.add_number("content-length", response.body.size());
    exchange->body_ended = !response.stream;
    impl_->submit_head(stream, response, fields, bare);
    exchange->body = std::move(response.body);
    exchange->trailers = std::move(response.trailers);
}

void Http2Session::send(Stream stream, std::string piece) {
    auto* exchange = impl_->find(stream);
    if (exchange == nullptr || exchange->body_ended)
        return;
    exchange->body.empty() ? exchange->body = std::move(piece) : exchange->body += piece;
    exchange->piece_asked = false;
    nghttp2_session_resume_data(impl_->session.get(), stream); // an error where it does not wait
}

void Http2Session::finish(Stream stream, http::Headers trailers) {
    auto* exchange = impl_->find(stream);
    if (exchange == nullptr || std::exchange(exchange->body_ended, true))
        return;
    exchange->trailers = std::move(trailers);
    nghttp2_session_resume_data(impl_->session.get(), stream); // an error where it does not wait
}

void Http2Session::refuse(Stream stream, const HttpError& error) {
    auto* exchange = impl_->find(stream);
    if (exchange != nullptr && exchange->reading != Impl::Exchange::Reading::nothing)
        impl_->refuse(stream, *exchange, error);
}

void Http2Session::cancel(Stream stream) {
    if (impl_->find(stream) != nullptr)
        Impl::must(
            nghttp2_submit_rst_stream(impl_->session.get(), NGHTTP2_FLAG_NONE, stream, NGHTTP2_CANCEL));
}

void Http2Session::consumed(Stream stream, std::size_t bytes) {
    if (impl_->find(stream) != nullptr)
        Impl::must(nghttp2_session_consume_stream(impl_->session.get(), stream, bytes));
}

void Http2Session::ping() {
    Impl::must(nghttp2_submit_ping(impl_->session.get(), NGHTTP2_FLAG_NONE, alive_ping.data()));
}

void Http2Session::shut_down() {
    if (impl_->going_away || std::exchange(impl_->shutting_down, true))
        return;
    Impl::must(nghttp2_submit_shutdown_notice(impl_->session.get()));
    Impl::must(nghttp2_submit_ping(impl_->session.get(), NGHTTP2_FLAG_NONE, last_ping.data()));
}

void Http2Session::go_away() { impl_->go_away(); }

void Http2Session::close() { impl_->end({}, NGHTTP2_NO_ERROR); }

} // namespace dialproof::net
