// The lines of a text from which a phone fills in the code by itself, chosen for the client that asked.
//
// A domain line, `@example.com #123456`, is for web pages and iOS (WICG "Web OTP", "Origin-bound one-time
// codes delivered via SMS"); an app hash, for Android's SMS Retriever. A request may choose among those that
// its service names, and can never put one of its own into a text: else anybody could have a stranger's phone
// hand codes to a page of theirs.
#pragma once

#include "core/policy.h"

#include <optional>
#include <string>
#include <string_view>

namespace dialproof::core {

enum class ClientKind { unknown, web, android, ios };

// "web", "android", "ios".
std::optional<ClientKind> parse_client_kind(std::string_view text);

// What a request says of its client; none of it is to be believed.
struct ClientHint {
    ClientKind kind = ClientKind::unknown;
    std::string domain;
    std::string app_hash;

    friend bool operator==(const ClientHint&, const ClientHint&) = default;
};

// From the text of a client kind, an app hash and an origin ("https://app.example.com:8443"). What cannot be
// one counts as not said.
ClientHint client_hint(std::string_view kind, std::string_view app_hash, std::string_view origin);

struct Autofill {
    std::string domain;   // empty: no such line
    std::string app_hash; // likewise

    friend bool operator==(const Autofill&, const Autofill&) = default;
};

// At most one line, so that the text stays short. Where the request names none of the service's, that is the
// service's first. A subdomain of a domain is another domain.
Autofill choose_autofill(const Policy& policy, const ClientHint& hint);

// A host in small ASCII letters, others in punycode, without scheme, port or final dot.
bool is_web_domain(std::string_view text);

// Eleven characters of base64.
bool is_app_hash(std::string_view text);

} // namespace dialproof::core
