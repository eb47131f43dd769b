#include "api_docs/api_docs.h"

#include "api_docs/embedded.h"
#include "api_docs/page.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "wire/accept_encoding.h"
#include "wire/field_grammar.h"
#include "wire/gzip.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dialproof::api_docs {

namespace {

constexpr std::size_t file_bytes_max = 8 * 1024 * 1024, etags_max = 100;

// Nothing but what this server gives, and calls to nobody but this server. The viewer's style sheet has its
// pictures inside, as data.
constexpr const char* page_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

struct File {
    const char* type;
    std::string plain, packed;
    std::string tag; // names this content
};

// FNV-1a, 64 bits: nobody else chooses what is hashed.
std::string tag_of(std::string_view content) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : content)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return std::to_string(hash);
}

File file_of(const char* type, std::string_view plain) {
    return {type, std::string(plain), wire::gzip(plain), tag_of(plain)};
}

File file_of_packed(const char* type, std::string_view packed) {
    auto plain = wire::gunzip(packed, file_bytes_max);
    if (!plain)
        std::abort(); // it is part of the program
    return {type, std::move(*plain), std::string(packed), tag_of(packed)};
}

// Whether If-None-Match names that ETag (RFC 9110 section 13.1.2).
bool is_known(std::string_view if_none_match, std::string_view etag) {
    const auto named = http::list_elements(if_none_match, etags_max);
    return std::any_of(named.begin(), named.end(), [etag](std::string_view each) {
        if (each.starts_with("W/"))
            each.remove_prefix(2);
        return each == "*" || each == etag;
    });
}

http::Response answer(const File& file, const http::Request& request) {
    const bool packed = http::accepts_gzip(request.headers.get("accept-encoding"));
    const std::string etag = '"' + file.tag + (packed ? "-gzip\"" : "\"");
    http::Response response;
    response.headers.add("etag", etag);
    response.headers.add("cache-control", "no-cache"); // kept, and asked about each time
    response.headers.add("vary", "accept-encoding");
    response.headers.add("content-security-policy", page_policy);
    response.headers.add("referrer-policy", "no-referrer");
    if (is_known(request.headers.get("if-none-match"), etag)) {
        response.status = 304;
        return response;
    }
    response.headers.add("content-type", file.type);
    if (packed)
        response.headers.add("content-encoding", "gzip");
    response.body = packed ? file.packed : file.plain;
    return response;
}

Task<http::Response> serve(std::shared_ptr<const File> file, http::Request request) {
    co_return answer(*file, request);
}

http::Response error(int status, std::string_view code, std::string_view message) {
    JsonWriter json;
    json.begin_object().key("error").begin_object().member("code", code).member("message", message);
    return http::json_response(status, json.end_object().end_object().take());
}

} // namespace

http::Mount mount(const Served& served) {
    constexpr const char *json = "application/json", *html = "text/html; charset=utf-8",
                         *script = "text/javascript; charset=utf-8", *style = "text/css; charset=utf-8",
                         *text = "text/plain; charset=utf-8";
    http::Mount mount;
    mount.name = "api_docs";
    mount.prefixes = {"/openapi.json", "/docs"};
    const auto add = [&mount](const char* path, const char* name, File file) {
        const auto kept = std::make_shared<const File>(std::move(file));
        mount.routes.push_back(
            {"GET", path, name, [kept](http::Request request) { return serve(kept, std::move(request)); }});
    };
    add("/openapi.json", "document", file_of(json, document(served)));
    add("/docs", "page", file_of(html, page_html));
    add("/docs/page.js", "page_script", file_of(script, page_script));
    add("/docs/page.css", "page_style", file_of(style, page_style));
    add("/docs/swagger-ui-bundle.js", "viewer_script", file_of_packed(script, embedded::viewer_script()));
    add("/docs/swagger-ui.css", "viewer_style", file_of_packed(style, embedded::viewer_style()));
    add("/docs/licences.txt", "viewer_licences", file_of(text, embedded::viewer_licences()));
    mount.not_found = [](const http::Request&) {
        return error(404, "not_found", "There are /openapi.json and /docs.");
    };
    mount.method_not_allowed = [](const http::Request&, const std::string& allow) {
        return error(405, "method_not_allowed", "This path takes other methods: " + allow + ".");
    };
    return mount;
}

} // namespace dialproof::api_docs
