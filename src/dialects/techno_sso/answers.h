// The answers of Techno SSO: JSON as Go's encoder writes it (a line end after the value; <, > and & escaped),
// and the error object of its handlers.
#pragma once

#include "flows/answer.h"
#include "wire/http.h"

#include <optional>
#include <string>
#include <string_view>

namespace dialproof::dialects::sso {

struct Error {
    int status = 0;
    std::string message;              // for debugging; part of the contract nevertheless
    std::optional<Seconds> penalty{}; // of 429: until the next try
};

http::Response json(int status, std::string body);
// {"status":"..."}
http::Response status_response(int status, std::string_view text);
http::Response error_response(const Error& error);
// As the source's router says them: text/plain, and an empty body.
http::Response not_found();
http::Response method_not_allowed(const std::string& allow);

Error bad_request(std::string message);
Error user_unknown();
Error unavailable();

// What a refused use case is called. A wrong code, one that was used, and a budget that is spent are told
// alike.
Error error_of(const flows::Failure& failure, Instant now);

} // namespace dialproof::dialects::sso
