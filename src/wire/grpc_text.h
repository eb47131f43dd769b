// The texts in the fields of gRPC and its relatives.
#pragma once

#include "base/instant.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dialproof::wire {

// grpc-message: printable ASCII but '%' as it is, each other byte as "%41" (gRPC over HTTP/2,
// "Status-Message").
std::string grpc_message(std::string_view text);

// grpc-timeout: up to 8 digits and a unit, H M S m u n. Rounded up; nothing where the text is none.
std::optional<Milliseconds> parse_grpc_timeout(std::string_view text);
// Connect-Timeout-Ms: up to 10 digits.
std::optional<Milliseconds> parse_connect_timeout(std::string_view text);

// Trailers as the body of gRPC-Web's last frame: "grpc-status: 0\r\n".
std::string grpc_web_trailers(const std::vector<std::pair<std::string, std::string>>& fields);

// A body of gRPC-Web's text mode: base64 of the whole or of parts of it one after the other, each padded.
std::optional<std::string> grpc_web_text_decoded(std::string_view text);

} // namespace dialproof::wire
