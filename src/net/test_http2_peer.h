// The client's side of HTTP/2 for tests, without a socket: nghttp2, which is not asked whether what it is
// told to send makes sense.
#pragma once

#include "wire/http.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nghttp2/nghttp2.h>

namespace dialproof::net {

// One frame with its head (RFC 9113 section 4.1).
inline std::string raw_frame(std::uint8_t type, std::uint8_t flags, std::uint32_t stream,
                             std::string_view content) {
    std::string frame;
    for (const int shift : {16, 8, 0})
        frame += static_cast<char>(content.size() >> shift & 0xFF);
    frame += static_cast<char>(type);
    frame += static_cast<char>(flags);
    for (const int shift : {24, 16, 8, 0})
        frame += static_cast<char>(stream >> shift & 0xFF);
    return frame.append(content);
}

class TestHttp2Peer {
public:
    using Fields = std::vector<std::pair<std::string, std::string>>;

    struct Answer {
        int status = 0;
        bool continued = false; // "100 Continue" came first
        std::map<std::string, std::string> headers, trailers;
        std::string body;
        bool ended = false;  // by END_STREAM
        bool closed = false; // whichever way
        std::uint32_t reset = 0;
    };

    // `window`: what the server may send on a stream before it is told more.
    explicit TestHttp2Peer(std::uint32_t window = 65535) {
        nghttp2_session_callbacks* callbacks = nullptr;
        nghttp2_session_callbacks_new(&callbacks);
        nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
        nghttp2_option* options = nullptr;
        nghttp2_option_new(&options);
        nghttp2_option_set_no_http_messaging(options, 1);
        nghttp2_session_client_new2(&session_, callbacks, this, options);
        nghttp2_option_del(options);
        nghttp2_session_callbacks_del(callbacks);
        const nghttp2_settings_entry setting{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, window};
        nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, &setting, 1);
    }
    ~TestHttp2Peer() { nghttp2_session_del(session_); }
    TestHttp2Peer(const TestHttp2Peer&) = delete;
    TestHttp2Peer& operator=(const TestHttp2Peer&) = delete;

    static Fields request(const std::string& method, const std::string& path) {
        return {{":method", method}, {":scheme", "http"}, {":authority", "test"}, {":path", path}};
    }
    // Gives its stream.
    std::int32_t get(const std::string& path) { return send(request("GET", path)); }
    std::int32_t post(const std::string& path, const std::string& body) {
        return send(request("POST", path), body, true);
    }
    std::int32_t send(const Fields& fields) { return submit(fields, nullptr); }
    // A body that is not `whole` goes on with `more`.
    std::int32_t send(const Fields& fields, const std::string& body, bool whole) {
        nghttp2_data_provider provider{};
        provider.read_callback = on_read;
        const auto stream = submit(fields, &provider);
        bodies_[stream] = {body, whole};
        return stream;
    }
    void more(std::int32_t stream, const std::string& part, bool last) {
        bodies_[stream].first += part;
        bodies_[stream].second = last;
        nghttp2_session_resume_data(session_, stream);
    }
    void reset(std::int32_t stream) {
        nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream, NGHTTP2_CANCEL);
    }
    void open_window(std::int32_t stream, std::int32_t by) {
        nghttp2_submit_window_update(session_, NGHTTP2_FLAG_NONE, stream, by);
    }

    std::string output() {
        std::string all;
        const std::uint8_t* bytes = nullptr;
        for (ssize_t size = 0; (size = nghttp2_session_mem_send(session_, &bytes)) > 0;)
            all.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
        return all;
    }
    void input(std::string_view bytes) {
        nghttp2_session_mem_recv(session_, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    }

    Answer& answer(std::int32_t stream) { return answers_[stream]; }

    int goaways = 0, pings = 0;
    std::int32_t last_stream = -1;  // of the last GOAWAY
    std::uint32_t goaway_error = 0; // of the last GOAWAY
    std::uint32_t streams_max = 0;  // by the server's settings

private:
    std::int32_t submit(const Fields& fields, const nghttp2_data_provider* body) {
        std::vector<nghttp2_nv> block;
        const auto bytes = [](const std::string& text) {
            return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
        };
        block.reserve(fields.size());
        for (const auto& [name, value] : fields)
            block.push_back({bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
        return nghttp2_submit_request(session_, nullptr, block.data(), block.size(), body, nullptr);
    }

    static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                         std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                         std::uint8_t, void* self) {
        auto& answer = static_cast<TestHttp2Peer*>(self)->answers_[frame->hd.stream_id];
        const std::string field(reinterpret_cast<const char*>(name), name_size);
        const std::string content(reinterpret_cast<const char*>(value), value_size);
        if (field == ":status" && content == "100")
            answer.continued = true;
        else if (field == ":status")
            answer.status = std::stoi(content);
        else
            (frame->headers.cat == NGHTTP2_HCAT_HEADERS && !answer.headers.empty() ? answer.trailers
                                                                                   : answer.headers)[field] =
                content;
        return 0;
    }
    static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* it) {
        auto& self = *static_cast<TestHttp2Peer*>(it);
        const bool ends = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
        if ((frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA) && ends)
            self.answers_[frame->hd.stream_id].ended = true;
        if (frame->hd.type == NGHTTP2_PING && (frame->hd.flags & NGHTTP2_FLAG_ACK) == 0)
            ++self.pings;
        if (frame->hd.type == NGHTTP2_SETTINGS && frame->settings.niv > 0)
            self.streams_max =
                nghttp2_session_get_remote_settings(self.session_, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
        if (frame->hd.type == NGHTTP2_GOAWAY) {
            ++self.goaways;
            self.last_stream = frame->goaway.last_stream_id;
            self.goaway_error = frame->goaway.error_code;
        }
        return 0;
    }
    static int on_data(nghttp2_session*, std::uint8_t, std::int32_t stream, const std::uint8_t* bytes,
                       std::size_t size, void* self) {
        static_cast<TestHttp2Peer*>(self)->answers_[stream].body.append(reinterpret_cast<const char*>(bytes),
                                                                        size);
        return 0;
    }
    static int on_close(nghttp2_session*, std::int32_t stream, std::uint32_t error, void* self) {
        auto& answer = static_cast<TestHttp2Peer*>(self)->answers_[stream];
        answer.closed = true;
        answer.reset = error;
        return 0;
    }
    static ssize_t on_read(nghttp2_session*, std::int32_t stream, std::uint8_t* room, std::size_t size,
                           std::uint32_t* flags, nghttp2_data_source*, void* self) {
        auto& [body, whole] = static_cast<TestHttp2Peer*>(self)->bodies_[stream];
        const auto part = body.copy(reinterpret_cast<char*>(room), size);
        body.erase(0, part);
        if (body.empty() && whole)
            *flags |= NGHTTP2_DATA_FLAG_EOF;
        else if (part == 0)
            return NGHTTP2_ERR_DEFERRED;
        return static_cast<ssize_t>(part);
    }

    nghttp2_session* session_ = nullptr;
    std::map<std::int32_t, Answer> answers_;
    std::map<std::int32_t, std::pair<std::string, bool>> bodies_;
};

} // namespace dialproof::net
