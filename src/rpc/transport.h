// The four ways in which a call comes over HTTP, and what each makes of a request, an answer and an error:
// gRPC (HTTP/2 alone), gRPC-Web in its binary and its text mode (grpc/doc/PROTOCOL-WEB.md), and Connect's
// unary calls (connectrpc.com/docs/protocol). Pure functions.
#pragma once

#include "base/instant.h"
#include "base/result.h"
#include "rpc/service.h"
#include "rpc/status.h"
#include "wire/grpc_frame.h"
#include "wire/http.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dialproof::rpc {

inline constexpr std::size_t message_bytes_max = 64 * 1024; // once it is decompressed

enum class Transport { grpc, grpc_web, grpc_web_text, connect };

struct Format {
    Transport transport = Transport::grpc;
    Encoding encoding = Encoding::protobuf;
    std::string content_type{}; // of the answer: as the request had it, without parameters
};

// By its content type; nothing where that is none of theirs.
std::optional<Format> format_of(const http::Request& request);

// The one message of a unary call.
Result<std::string, Error> unpack(const Format& format, const http::Request& request);

// Of a message that began.
Error cut_off();
// One frame's message, where the call's compression is `coding`.
Result<std::string, Error> message_of(const Result<wire::GrpcFrame, wire::GrpcFrameFault>& frame,
                                      std::string_view coding);
// Refuses a compression that nobody knows.
Result<void, Error> check_coding(std::string_view coding);

// Nothing where the sender names no time. An error where what he names is none.
Result<std::optional<Milliseconds>, Error> timeout_of(const Format& format, const http::Headers& headers);

// Whether an answer may be compressed.
bool takes_gzip(const Format& format, const http::Headers& headers);

http::Response answer(const Format& format, std::string message, bool gzip_taken);
http::Response answer(const Format& format, const Error& error);
// The head of an answer whose messages follow.
http::Response begin_answer(const Format& format);
// How they end.
http::Headers grpc_trailers(const std::optional<Error>& error);

} // namespace dialproof::rpc
