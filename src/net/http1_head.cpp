#include "net/http1_head.h"

#include "base/char_set.h"
#include "base/text.h"
#include "wire/field_grammar.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace dialproof::net {
namespace {

constexpr CharSet field_characters(is_field_character);
constexpr CharSet host_characters([](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           std::string_view("-._~%!$&'()*+,;=:[]").find(c) != std::string_view::npos;
});
constexpr std::size_t length_digits_max = 18; // fits 64 bits; far above any body limit

HttpError malformed(std::string_view message) { return {400, "malformed_request", message}; }
HttpError ambiguous(std::string_view message) { return {400, "ambiguous_length", message}; }

std::string_view without_blanks_around(std::string_view text) {
    constexpr std::string_view blanks = " \t";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

class HeadReader {
public:
    HeadReader(const Limits& limits, Head& seen) : limits_(limits), seen_(seen) {}

    std::optional<HttpError> request_line(std::string_view line) {
        const auto method_end = line.find(' ');
        const auto method = line.substr(0, method_end);
        if (method_end == std::string_view::npos || !http::is_token(method))
            return malformed("The request line is not \"METHOD target HTTP/1.1\".");
        if (method.size() > method_bytes_max)
            return http_errors::method_too_long;
        line.remove_prefix(method_end + 1);

        const auto target_end = line.find(' ');
        const auto target = line.substr(0, target_end);
        if (target_end == std::string_view::npos)
            return malformed("The request line has no HTTP version.");
        if (target.size() > limits_.target_bytes)
            return http_errors::target_too_long;
        if (const auto fault = version(line.substr(target_end + 1)))
            return fault;
        if (!parse_target(target) || (target == "*" && method != "OPTIONS"))
            return http_errors::target_malformed;
        return {};
    }

    std::optional<HttpError> field(std::string_view line) {
        if (++fields_ > limits_.header_count)
            return http_errors::too_many_fields;
        if (line.front() == ' ' || line.front() == '\t')
            return malformed("Folded header lines are not accepted.");
        const auto colon = line.find(':');
        if (colon == std::string_view::npos || !http::is_token(line.substr(0, colon)))
            return malformed("A header field is not \"name: value\".");
        const auto value = line.substr(colon + 1);
        if (!field_characters.has_all_of(value))
            return malformed("A header field holds a control character.");
        return known_field(line.substr(0, colon), without_blanks_around(value));
    }

    std::optional<HttpError> end() const {
        if (hosts_ > 1 || (hosts_ == 0 && !http10_))
            return http_errors::host_not_single;
        if (codings_ > 0 && lengths_ > 0)
            return ambiguous("Content-Length and Transfer-Encoding exclude each other.");
        if (codings_ > 0 && http10_)
            return ambiguous("HTTP/1.0 has no Transfer-Encoding.");
        return {};
    }

private:
    std::optional<HttpError> version(std::string_view text) {
        if (text.size() != 8 || !text.starts_with("HTTP/") || !is_digit(text[5]) || text[6] != '.' ||
            !is_digit(text[7]))
            return malformed("The request line has no HTTP version.");
        if (text != "HTTP/1.1" && text != "HTTP/1.0")
            return HttpError{505, "version_unsupported", "This server speaks HTTP/1.1 and HTTP/1.0."};
        http10_ = text == "HTTP/1.0";
        return {};
    }

    std::optional<HttpError> known_field(std::string_view name, std::string_view value) {
        switch (name.size()) { // spares most names the comparison
        case 4:
            return equals_ignoring_case(name, "host") ? host(value) : std::nullopt;
        case 6:
            return equals_ignoring_case(name, "expect") ? expect(value) : std::nullopt;
        case 14:
            return equals_ignoring_case(name, "content-length") ? length(value) : std::nullopt;
        case 17:
            return equals_ignoring_case(name, "transfer-encoding") ? coding(value) : std::nullopt;
        default:
            return {};
        }
    }

    std::optional<HttpError> host(std::string_view value) {
        ++hosts_;
        if (!is_host(value))
            return http_errors::host_malformed;
        return {};
    }

    std::optional<HttpError> expect(std::string_view value) {
        if (!equals_ignoring_case(value, "100-continue"))
            return http_errors::expectation_unknown;
        seen_.expects_continue = !http10_;
        return {};
    }

    std::optional<HttpError> length(std::string_view value) {
        if (++lengths_ > 1)
            return ambiguous("Content-Length is given more than once.");
        if (value.empty() || !std::all_of(value.begin(), value.end(), is_digit))
            return ambiguous("Content-Length is not a number.");
        std::uint64_t bytes = 0;
        if (value.size() <= length_digits_max)
            std::from_chars(value.data(), value.data() + value.size(), bytes);
        seen_.body_too_large = value.size() > length_digits_max || bytes > limits_.body_bytes;
        return {};
    }

    std::optional<HttpError> coding(std::string_view value) {
        if (++codings_ > 1)
            return ambiguous("Transfer-Encoding is given more than once.");
        if (equals_ignoring_case(value, "chunked"))
            return {};
        for (const auto part : split(value, ','))
            if (equals_ignoring_case(without_blanks_around(part), "chunked"))
                return ambiguous("Only \"Transfer-Encoding: chunked\" is known.");
        return HttpError{501, "transfer_coding_unknown", "Only \"Transfer-Encoding: chunked\" is known."};
    }

    const Limits& limits_;
    Head& seen_;
    std::size_t fields_ = 0;
    int hosts_ = 0, lengths_ = 0, codings_ = 0;
    bool http10_ = false;
};

} // namespace

std::optional<HttpError> find_fault(std::string_view head, const Limits& limits, Head& seen) {
    HeadReader reader(limits, seen);
    for (bool first = true;; first = false) {
        const auto line_end = head.find("\r\n");
        const auto line = head.substr(0, line_end);
        head.remove_prefix(line_end + 2);
        if (line.empty() && !first)
            return reader.end();
        if (const auto fault = first ? reader.request_line(line) : reader.field(line))
            return fault;
    }
}

bool is_host(std::string_view host) { return host_characters.has_all_of(host); }

std::optional<Target> parse_target(std::string_view target) {
    // Visible ASCII; a fragment is never sent (RFC 9112 section 3.2).
    const auto allowed = [](char c) { return c > 0x20 && c < 0x7F && c != '#'; };
    if (target.empty() || !std::all_of(target.begin(), target.end(), allowed))
        return {};
    if (target == "*")
        return Target{target, {}};
    if (target.front() != '/') {
        const auto scheme_end = target.find("://");
        const auto scheme = target.substr(0, scheme_end);
        if (scheme_end == std::string_view::npos ||
            (!equals_ignoring_case(scheme, "http") && !equals_ignoring_case(scheme, "https")))
            return {};
        target.remove_prefix(scheme_end + 3);
        const auto authority = target.substr(0, target.find_first_of("/?"));
        if (authority.empty() || !is_host(authority))
            return {};
        target.remove_prefix(authority.size());
    }
    const auto path = target.substr(0, target.find('?'));
    const auto query = path.size() == target.size() ? std::string_view() : target.substr(path.size() + 1);
    return Target{path.empty() ? std::string_view("/") : path, query};
}

} // namespace dialproof::net
