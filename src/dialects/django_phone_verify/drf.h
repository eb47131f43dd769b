// The shapes that Django REST Framework 3.14 gives to answers and errors, whatever the view.
#pragma once

#include "base/instant.h"
#include "wire/http.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dialproof::dialects::drf {

// Where an error belongs to no field.
inline constexpr std::string_view non_field_errors = "non_field_errors";

// One text for each bad field, in the order of the serializer's fields.
using FieldErrors = std::vector<std::pair<std::string_view, std::string_view>>;

// A view that takes POST: compact JSON with `Allow` and `Vary`.
http::Response json(int status, std::string body);

http::Response detail(int status, std::string_view text);
http::Response invalid(const FieldErrors& errors);
// 429; `wait` is whole seconds, at least 1.
http::Response throttled(std::optional<Seconds> wait);
http::Response unavailable();
http::Response not_found();
http::Response method_not_allowed(std::string_view method);
http::Response unsupported_media_type(std::string_view content_type);

// 406 where the client can read neither JSON nor HTML. A browser, which asks for HTML, gets plain JSON
// instead of the framework's browsable page.
std::optional<http::Response> not_acceptable(const http::Request& request);

// The answer to OPTIONS.
http::Response metadata(std::string_view view_name, std::string_view description);

} // namespace dialproof::dialects::drf
