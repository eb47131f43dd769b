// The answers of the sms_settings family: the headers that all of them have, and the error object, whose
// members have one order (ApplicationException of pip-services3-commons 3.0.8).
#pragma once

#include "flows/answer.h"
#include "wire/http.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dialproof::dialects::sms_settings {

using Details = std::vector<std::pair<std::string_view, std::string>>;

struct Error {
    std::string_view category; // one that the clients know: "BadRequest"
    std::string_view code;     // "INVALID_CODE"; `name` is the same
    int status = 0;
    Details details;
    std::string message;
    std::optional<Seconds> retry_after{};
};

http::Response json(int status, std::string body);
http::Response no_content();
http::Response error_response(const Error& error);
// The answer to OPTIONS.
http::Response preflight(const http::Request& request);

Error session_not_found(std::string_view session_id);
Error not_signed();
Error not_the_owner();
Error login_not_found(std::string_view login);
Error recipient_not_found(std::string_view recipient);
Error invalid_code(std::string_view recipient, std::string_view code);
Error no_phone();
Error wrong_phone(std::string_view phone);
Error no_recipient_id();
// 400 INVALID_DATA; one clause for each fault, such as "recipient_id must not be null".
Error invalid_data(const std::vector<std::string>& faults);
Error bad_body(std::string message);
Error no_such_route(const http::Request& request);
Error unavailable();

// What the client named, for errors that echo it and nothing else.
struct Named {
    std::string recipient;
    bool as_login = true; // somebody unknown is a login that was not found, or else a recipient
    std::string phone{}, code{};
};

Error nobody_found(const Named& named);

// What a failed call tells.
Error error_of(const flows::Failure& failure, const Named& named, Instant now);

} // namespace dialproof::dialects::sms_settings
