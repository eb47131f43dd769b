#include "wire/multipart.h"

#include "base/text.h"
#include "wire/field_grammar.h"
#include "wire/media_type.h"
#include "wire/utf8_repair.h"

#include <algorithm>
#include <cstdlib>

namespace dialproof::http {

std::string_view to_text(MultipartError error) {
    switch (error) {
    case MultipartError::not_multipart:
        return "the content type is not multipart/form-data";
    case MultipartError::no_boundary:
        return "the content type has no valid boundary";
    case MultipartError::malformed:
        return "a part is malformed";
    case MultipartError::unnamed_part:
        return "a part has no name";
    case MultipartError::unknown_encoding:
        return "a part has a transfer encoding that is not supported";
    case MultipartError::too_many_parts:
        return "too many parts";
    case MultipartError::header_too_long:
        return "the header of a part is too long";
    case MultipartError::truncated:
        return "the closing boundary is missing";
    }
    std::abort();
}

namespace {

// RFC 2046 section 5.1.1: 1 to 70 of these, not ending in a space.
bool is_boundary(std::string_view text) {
    constexpr std::size_t boundary_bytes_max = 70;
    const auto allowed = [](char c) {
        const char lower = to_lower(c);
        return is_digit(c) || (lower >= 'a' && lower <= 'z') ||
               (c != '\0' && std::string_view("'()+_,-./:=? ").find(c) != std::string_view::npos);
    };
    return !text.empty() && text.size() <= boundary_bytes_max && text.back() != ' ' &&
           std::all_of(text.begin(), text.end(), allowed);
}

// A boundary line: where the content before it ends, where what follows it begins, and whether it closes.
struct Delimiter {
    std::size_t content_end = 0, next = 0;
    bool closes = false;
};

// What may follow the boundary on its line: "--", or white space up to the line's end.
std::optional<Delimiter> delimiter_at(std::string_view body, std::size_t content_end, std::size_t after) {
    if (body.substr(after).starts_with("--"))
        return Delimiter{content_end, after + 2, true};
    const std::size_t line_end = body.find_first_not_of(" \t", after);
    if (line_end == std::string_view::npos || !body.substr(line_end).starts_with("\r\n"))
        return {};
    return Delimiter{content_end, line_end + 2, false};
}

// The next boundary line from `from` on. A line that only begins like one belongs to the content.
std::optional<Delimiter> find_delimiter(std::string_view body, std::string_view dashed, std::size_t from) {
    if (from == 0 && body.starts_with(dashed))
        if (const auto found = delimiter_at(body, 0, dashed.size()))
            return found;
    const std::string line_start = "\r\n" + std::string(dashed);
    for (std::size_t at = body.find(line_start, from); at != std::string_view::npos;
         at = body.find(line_start, at + 1))
        if (const auto found = delimiter_at(body, at, at + line_start.size()))
            return found;
    return {};
}

// In a name, browsers write '"' and line ends as %22, %0D and %0A (HTML, multipart/form-data encoding);
// curl writes \" instead, which the quoted string has taken care of.
std::string unescaped_name(std::string_view text) {
    std::string name;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::string_view escape = text.substr(i, 3);
        if (escape == "%22" || escape == "%0D" || escape == "%0A") {
            name += escape == "%22" ? '"' : escape == "%0D" ? '\r' : '\n';
            i += 2;
        } else {
            name += text[i];
        }
    }
    return utf8_repaired(std::move(name));
}

using Failure = std::optional<MultipartError>;

Failure read_disposition(std::string_view value, FormPart& part) {
    FieldReader reader(value);
    if (!equals_ignoring_case(reader.token(), "form-data"))
        return MultipartError::unnamed_part;
    bool named = false;
    for (;;) {
        reader.skip_space();
        if (reader.ended())
            return named ? Failure() : MultipartError::unnamed_part;
        if (!reader.take(';'))
            return MultipartError::malformed;
        reader.skip_space();
        const std::string name = to_lower(reader.token());
        if (name.empty())
            continue;
        const auto content = reader.take('=') ? reader.token_or_quoted_string() : std::nullopt;
        if (!content)
            return MultipartError::malformed;
        if (name == "name") {
            part.name = unescaped_name(*content);
            named = true;
        } else if (name == "filename") {
            part.filename = unescaped_name(*content);
        }
    }
}

Failure read_header_line(std::string_view line, FormPart& part, bool& disposed) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
        return MultipartError::malformed;
    const std::string name = to_lower(line.substr(0, colon));
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (name == "content-disposition") {
        if (disposed)
            return MultipartError::malformed;
        disposed = true;
        return read_disposition(value, part);
    }
    if (name == "content-type")
        part.content_type = value;
    if (name == "content-transfer-encoding") {
        const std::string encoding = to_lower(value);
        if (encoding != "7bit" && encoding != "8bit" && encoding != "binary")
            return MultipartError::unknown_encoding;
    }
    return {};
}

// `text` is all between two boundary lines: header lines, an empty line, the value.
Failure read_part(std::string_view text, FormPart& part) {
    bool disposed = false;
    for (std::size_t at = 0;;) {
        const std::size_t line_end = text.find("\r\n", at);
        if (std::min(line_end, text.size()) > part_header_bytes_max)
            return MultipartError::header_too_long;
        if (line_end == std::string_view::npos)
            return MultipartError::malformed;
        const std::string_view line = text.substr(at, line_end - at);
        at = line_end + 2;
        if (line.empty()) {
            part.value = text.substr(at);
            break;
        }
        if (const Failure failure = read_header_line(line, part, disposed))
            return failure;
    }
    if (!disposed)
        return MultipartError::unnamed_part;
    if (!part.filename)
        part.value = utf8_repaired(std::move(part.value));
    return {};
}

} // namespace

Result<std::vector<FormPart>, MultipartError> parse_multipart(std::string_view content_type,
                                                              std::string_view body) {
    const auto type = parse_media_type(content_type);
    if (!type || !type->is("multipart/form-data"))
        return fail(MultipartError::not_multipart);
    const auto boundary = type->parameter("boundary");
    if (!boundary || !is_boundary(*boundary))
        return fail(MultipartError::no_boundary);
    const std::string dashed = "--" + std::string(*boundary);

    std::vector<FormPart> parts;
    auto delimiter = find_delimiter(body, dashed, 0);
    while (delimiter && !delimiter->closes) {
        const std::size_t start = delimiter->next;
        // The line end of the last boundary may be that of the next one too, where a part is empty.
        delimiter = find_delimiter(body, dashed, start - 2);
        if (!delimiter)
            break;
        if (delimiter->content_end < start)
            return fail(MultipartError::malformed);
        if (parts.size() == multipart_parts_max)
            return fail(MultipartError::too_many_parts);
        FormPart part;
        if (const Failure failure = read_part(body.substr(start, delimiter->content_end - start), part))
            return fail(*failure);
        parts.push_back(std::move(part));
    }
    if (!delimiter)
        return fail(MultipartError::truncated);
    return parts;
}

} // namespace dialproof::http
