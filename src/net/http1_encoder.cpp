#include "net/http1_encoder.h"

#include "net/response_fields.h"

namespace dialproof::net {
namespace {

void append_field(std::string& out, std::string_view name, std::string_view value) {
    out += name;
    out += ": ";
    append_field_value(out, value);
    out += "\r\n";
}

} // namespace

std::string encode_head(const http::Response& response, const Http1Framing& framing, std::string_view date) {
    std::string out;
    out.reserve(256);
    out += "HTTP/1.1 ";
    out += std::to_string(response.status);
    out += ' ';
    out += http::reason_phrase(response.status);
    out += "\r\n";
    append_field(out, "date", date);
    for (const auto& [name, value] : response.headers.all())
        if (!is_own_field(name))
            append_field(out, name, value);
    if (may_have_body(response.status) && framing.streamed && !framing.http10)
        append_field(out, "transfer-encoding", "chunked");
    if (may_have_body(response.status) && !framing.streamed)
        append_field(out, "content-length", std::to_string(response.body.size()));
    if (!framing.keep_alive)
        append_field(out, "connection", "close");
    else if (framing.http10)
        append_field(out, "connection", "keep-alive");
    out += "\r\n";
    return out;
}

} // namespace dialproof::net
