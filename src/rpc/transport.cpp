#include "rpc/transport.h"

#include "base/base64.h"
#include "base/json_writer.h"
#include "wire/accept_encoding.h"
#include "wire/grpc_frame.h"
#include "wire/grpc_text.h"
#include "wire/gzip.h"
#include "wire/media_type.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

namespace dialproof::rpc {

namespace {

constexpr const char* codings_taken = "identity,gzip";
constexpr std::size_t worth_compressing = 1024;
constexpr std::size_t status_text_max = 1024; // bytes: the status of gRPC is a header, and those are bounded

struct ContentType {
    std::string_view text;
    Transport transport;
    Encoding encoding;
};
constexpr std::array<ContentType, 8> content_types{{
    {"application/grpc", Transport::grpc, Encoding::protobuf},
    {"application/grpc+proto", Transport::grpc, Encoding::protobuf},
    {"application/grpc-web", Transport::grpc_web, Encoding::protobuf},
    {"application/grpc-web+proto", Transport::grpc_web, Encoding::protobuf},
    {"application/grpc-web-text", Transport::grpc_web_text, Encoding::protobuf},
    {"application/grpc-web-text+proto", Transport::grpc_web_text, Encoding::protobuf},
    {"application/proto", Transport::connect, Encoding::protobuf},
    {"application/json", Transport::connect, Encoding::json},
}};

using Unpacked = Result<std::string, Error>;

Error error_of(Code code, std::string message) { return Error{code, std::move(message)}; }

Unpacked too_large() {
    return fail(error_of(Code::resource_exhausted,
                         "the message is larger than " + std::to_string(message_bytes_max) + " bytes"));
}

Unpacked decompressed(std::string_view bytes) {
    auto plain = wire::gunzip(bytes, message_bytes_max);
    if (plain)
        return std::move(*plain);
    if (plain.error() == wire::GzipFault::too_large)
        return too_large();
    return fail(error_of(Code::internal, "the message is not what its compression says"));
}

Unpacked unpack_grpc(std::string_view body, std::string_view coding) {
    // Even where no message makes use of it.
    if (const auto known = check_coding(coding); !known)
        return fail(known.error());
    wire::GrpcFrameDecoder decoder(message_bytes_max);
    decoder.feed(body);
    const auto first = decoder.next();
    if (!first)
        return fail(decoder.within_frame() ? cut_off()
                                           : error_of(Code::unimplemented, "the call has no message"));
    auto message = message_of(*first, coding);
    if (message && decoder.within_frame())
        return fail(error_of(Code::unimplemented, "the call has more than one message"));
    return message;
}

Unpacked unpack_connect(const http::Request& request) {
    if (const auto version = request.headers.find("connect-protocol-version"); version && *version != "1")
        return fail(error_of(Code::invalid_argument, "connect-protocol-version must be \"1\", not \"" +
                                                         std::string(*version) + "\""));
    const auto coding = request.headers.get("content-encoding");
    if (coding == "gzip" && !request.body.empty()) // an empty message is not compressed, whatever is said
        return decompressed(request.body);
    if (const auto known = check_coding(coding); !known)
        return fail(known.error());
    return request.body.size() > message_bytes_max ? too_large() : Unpacked(request.body);
}

using Fields = std::vector<std::pair<std::string, std::string>>;

// The status as fields: trailers of gRPC, or the last frame of gRPC-Web.
Fields status_fields(const std::optional<Error>& error) {
    if (!error)
        return {{"grpc-status", "0"}};
    Fields fields{{"grpc-status", std::to_string(static_cast<int>(error->code))},
                  {"grpc-message", wire::grpc_message(error->message.substr(0, status_text_max))}};
    if (!error->details.empty())
        fields.emplace_back("grpc-status-details-bin", to_base64(status_message(*error)));
    return fields;
}

std::string web_body(const Format& format, std::string frames, const Fields& trailers) {
    frames += wire::grpc_frame(wire::grpc_web_trailers(trailers), wire::grpc_flag_trailers);
    return format.transport == Transport::grpc_web_text ? to_base64(frames) : frames;
}

std::string without_padding(std::string base64) {
    base64.erase(std::min(base64.find('='), base64.size()));
    return base64;
}

http::Response connect_error(const Error& error) {
    JsonWriter body;
    body.begin_object().member("code", to_text(error.code)).member("message", error.message);
    if (!error.details.empty()) {
        body.key("details").begin_array();
        for (const auto& detail : error.details)
            body.begin_object()
                .member("type", detail.type)
                .member("value", without_padding(to_base64(detail.value)))
                .end_object();
        body.end_array();
    }
    return http::json_response(http_status(error.code), body.end_object().take());
}

} // namespace

std::optional<Format> format_of(const http::Request& request) {
    const auto type = http::parse_media_type(request.headers.get("content-type"));
    if (!type)
        return {};
    std::string essence = type->essence();
    const auto* const found = std::find_if(content_types.begin(), content_types.end(),
                                           [&](const ContentType& each) { return each.text == essence; });
    if (found == content_types.end())
        return {};
    return Format{found->transport, found->encoding, std::move(essence)};
}

Result<std::string, Error> unpack(const Format& format, const http::Request& request) {
    switch (format.transport) {
    case Transport::grpc:
    case Transport::grpc_web:
        return unpack_grpc(request.body, request.headers.get("grpc-encoding"));
    case Transport::grpc_web_text: {
        const auto body = wire::grpc_web_text_decoded(request.body);
        return body ? unpack_grpc(*body, request.headers.get("grpc-encoding"))
                    : fail(error_of(Code::internal, "the body is no base64"));
    }
    case Transport::connect:
        return unpack_connect(request);
    }
    std::abort();
}

Result<std::optional<Milliseconds>, Error> timeout_of(const Format& format, const http::Headers& headers) {
    const bool connect = format.transport == Transport::connect;
    const char* const name = connect ? "connect-timeout-ms" : "grpc-timeout";
    const auto text = headers.find(name);
    if (!text)
        return std::optional<Milliseconds>();
    const auto timeout = connect ? wire::parse_connect_timeout(*text) : wire::parse_grpc_timeout(*text);
    if (!timeout)
        return fail(error_of(connect ? Code::invalid_argument : Code::internal,
                             std::string(name) + " is no time: \"" + std::string(*text) + "\""));
    return timeout;
}

bool takes_gzip(const Format& format, const http::Headers& headers) {
    return http::accepts_gzip(
        headers.get(format.transport == Transport::connect ? "accept-encoding" : "grpc-accept-encoding"));
}

Error cut_off() { return error_of(Code::internal, "the message is cut off"); }

Unpacked message_of(const Result<wire::GrpcFrame, wire::GrpcFrameFault>& frame, std::string_view coding) {
    if (!frame && frame.error() == wire::GrpcFrameFault::too_large)
        return too_large();
    if (!frame || (frame->flags & wire::grpc_flag_trailers) != 0)
        return fail(error_of(Code::internal, "the message has unknown flags"));
    if (!frame->compressed())
        return frame->message;
    if (coding.empty() || coding == "identity")
        return fail(
            error_of(Code::internal, "the message is compressed, and grpc-encoding does not say how"));
    return decompressed(frame->message);
}

Result<void, Error> check_coding(std::string_view coding) {
    if (!coding.empty() && coding != "identity" && coding != "gzip")
        return fail(error_of(Code::unimplemented, "unknown compression \"" + std::string(coding) +
                                                      "\": supported are " + codings_taken));
    return {};
}

http::Response begin_answer(const Format& format) {
    http::Response response;
    response.headers.add("content-type", format.content_type);
    if (format.transport != Transport::connect)
        response.headers.add("grpc-accept-encoding", codings_taken);
    return response;
}

http::Response answer(const Format& format, std::string message, bool gzip_taken) {
    http::Response response = begin_answer(format);
    const bool compress = gzip_taken && message.size() >= worth_compressing;
    if (compress) {
        message = wire::gzip(message);
        response.headers.add(format.transport == Transport::connect ? "content-encoding" : "grpc-encoding",
                             "gzip");
    }
    const std::uint8_t flags = compress ? wire::grpc_flag_compressed : 0;
    switch (format.transport) {
    case Transport::grpc:
        response.body = wire::grpc_frame(message, flags);
        response.trailers = grpc_trailers({});
        break;
    case Transport::grpc_web:
    case Transport::grpc_web_text:
        response.body = web_body(format, wire::grpc_frame(message, flags), status_fields({}));
        break;
    case Transport::connect:
        response.body = std::move(message);
        break;
    }
    return response;
}

http::Response answer(const Format& format, const Error& error) {
    http::Response response = begin_answer(format);
    switch (format.transport) {
    case Transport::grpc: // trailers alone: all in the head
        for (auto& [name, value] : status_fields(error))
            response.headers.add(std::move(name), std::move(value));
        break;
    case Transport::grpc_web:
    case Transport::grpc_web_text:
        response.body = web_body(format, {}, status_fields(error));
        break;
    case Transport::connect:
        response = connect_error(error);
        break;
    }
    if (error.retry_after)
        response.headers.add("retry-after", std::to_string(error.retry_after->count()));
    return response;
}

http::Headers grpc_trailers(const std::optional<Error>& error) {
    http::Headers trailers;
    for (auto& [name, value] : status_fields(error))
        trailers.add(std::move(name), std::move(value));
    return trailers;
}

} // namespace dialproof::rpc
