#include "http_sending/signed_callback.h"

#include "base/base64.h"
#include "base/text.h"
#include "wire/authorization.h"
#include "wire/form.h"
#include "wire/jwt.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <set>
#include <utility>

namespace dialproof::http_sending {

namespace {

using SortedFields = std::set<std::pair<std::string, std::string>>; // of equal names, values in order, once

struct Check {
    const http::Request& request;
    const std::string& url;
    const Secret<std::string>& key;
    const ports::Signatures& signatures;
    Instant now;

    [[nodiscard]] std::string_view field(std::string_view name) const { return request.headers.get(name); }
    [[nodiscard]] std::string hash(std::string_view text) const { return to_hex(signatures.sha256(text)); }
};

SortedFields sorted(std::string_view form) {
    const auto fields = http::parse_form(form);
    if (!fields)
        return {};
    return {fields->all().begin(), fields->all().end()};
}

std::string glued(const SortedFields& fields) {
    std::string text;
    for (const auto& [name, value] : fields)
        text.append(name).append(value);
    return text;
}

// The same URL with the port of its scheme spelled out, or left out where it is.
std::string with_other_port(const std::string& url) {
    const bool tls = url.starts_with("https://");
    const std::string port = tls ? ":443" : ":80";
    const std::size_t host = url.find("://") + 3;
    const std::size_t end = std::min(url.find_first_of("/?", host), url.size());
    const std::string origin = url.substr(0, end);
    const std::string other = origin.ends_with(port) ? origin.substr(0, end - port.size()) : origin + port;
    return other + url.substr(end);
}

// twilio.com/docs/usage/webhooks/webhooks-security. Which port the URL had is not known for sure there. Of
// a JSON body the URL carries a hash.
bool is_signed_by_twilio(const Check& check) {
    const bool is_form = check.field("content-type").starts_with("application/x-www-form-urlencoded");
    const std::string form = is_form ? glued(sorted(check.request.body)) : "";
    const auto signed_as = [&](const std::string& url) {
        const auto mac = check.signatures.hmac_sha1(check.key, url + form);
        return equal_in_constant_time(to_base64(mac), check.field("x-twilio-signature"));
    };
    const bool as_given = signed_as(check.url), otherwise = signed_as(with_other_port(check.url));
    if (!as_given && !otherwise)
        return false;
    if (is_form || check.request.body.empty())
        return true;
    const auto query = http::parse_form(check.request.query);
    const auto* const hash = query ? query->find("bodySHA256") : nullptr;
    return hash != nullptr && equal_in_constant_time(*hash, check.hash(check.request.body));
}

// plivo.com/docs/messaging/concepts/signature-validation: URL, '?', query sorted, '.', form sorted and glued
// together, '.', nonce; '?' and the first '.' only where something follows or stands between them.
std::string plivo_message(const Check& check) {
    const std::size_t end = std::min(check.url.find('?'), check.url.size());
    std::string query;
    for (const auto& [name, value] :
         sorted(std::string_view(check.url).substr(std::min(end + 1, check.url.size()))))
        query.append(query.empty() ? "" : "&").append(name).append(1, '=').append(value);
    const std::string form = check.request.method == "POST" ? glued(sorted(check.request.body)) : "";
    std::string message = check.url.substr(0, end);
    if (!query.empty() || !form.empty())
        message.append(1, '?').append(query);
    if (!query.empty() && !form.empty())
        message += '.';
    return message.append(form).append(1, '.').append(check.field("x-plivo-signature-v3-nonce"));
}

bool is_signed_by_plivo(const Check& check) {
    const std::string mac = to_base64(check.signatures.hmac_sha256(check.key, plivo_message(check)));
    bool found = false;
    for (const auto one : split(check.field("x-plivo-signature-v3"), ','))
        found |= equal_in_constant_time(trimmed(one), mac);
    return found;
}

// Its claims, where HS256 (RFC 7518 section 3.2) under the key holds for it.
std::optional<json::Value> trusted_claims(const Check& check, std::string_view text) {
    auto token = jwt::parse(text);
    if (!token)
        return {};
    const auto* const algorithm = token->header.find("alg");
    if (algorithm == nullptr || algorithm->as_string() == nullptr || *algorithm->as_string() != "HS256" ||
        !equal_in_constant_time(token->signature,
                                check.signatures.hmac_sha256(check.key, token->signed_part)))
        return {};
    return std::move(token->claims);
}

bool claim_is(const json::Value& claims, std::string_view name, std::string_view wanted) {
    const auto* const claim = claims.find(name);
    return claim != nullptr && claim->as_string() != nullptr &&
           equal_in_constant_time(*claim->as_string(), wanted);
}

std::optional<Instant> time_claim(const json::Value& claims, std::string_view name) {
    const auto* const claim = claims.find(name);
    const auto seconds =
        claim != nullptr && claim->as_number() != nullptr ? claim->as_number()->as_int64() : std::nullopt;
    if (!seconds || std::abs(*seconds) > 1'000'000'000'000)
        return {};
    return Instant(Seconds(*seconds));
}

bool is_recent(Instant at, Instant now) {
    return at >= now - callback_age_max && at <= now + callback_age_max;
}

// developers.messagebird.com/api/#verifying-http-requests
bool is_signed_by_messagebird(const Check& check) {
    const auto claims = trusted_claims(check, check.field("messagebird-signature-jwt"));
    if (!claims || !claim_is(*claims, "iss", "MessageBird") ||
        !claim_is(*claims, "url_hash", check.hash(check.url)))
        return false;
    const auto begins = time_claim(*claims, "nbf"), ends = time_claim(*claims, "exp");
    if (!begins || !ends || check.now + callback_age_max < *begins || check.now >= *ends)
        return false;
    return (check.request.body.empty() && claims->find("payload_hash") == nullptr) ||
           claim_is(*claims, "payload_hash", check.hash(check.request.body));
}

// developer.vonage.com/en/getting-started/concepts/webhooks, "Validating signed webhooks".
bool is_signed_by_vonage(const Check& check) {
    const auto token = http::bearer_token(check.field("authorization"));
    const auto claims = token ? trusted_claims(check, *token) : std::nullopt;
    const auto at = claims ? time_claim(*claims, "iat") : std::nullopt;
    return at && is_recent(*at, check.now) &&
           claim_is(*claims, "payload_hash", check.hash(check.request.body));
}

// developers.sinch.com/docs/conversation/callbacks, "Validating callbacks".
bool is_signed_by_sinch(const Check& check) {
    const auto time = check.field("x-sinch-webhook-signature-timestamp");
    std::int64_t seconds = 0;
    const auto* const end = time.data() + time.size();
    if (time.size() > 12 || std::from_chars(time.data(), end, seconds).ptr != end ||
        !is_recent(Instant(Seconds(seconds)), check.now))
        return false;
    std::string message = check.request.body;
    message.append(1, '.').append(check.field("x-sinch-webhook-signature-nonce")).append(1, '.').append(time);
    return equal_in_constant_time(to_base64(check.signatures.hmac_sha256(check.key, message)),
                                  check.field("x-sinch-webhook-signature"));
}

} // namespace

bool is_signed(CallbackSignature kind, const http::Request& request, const std::string& public_url,
               const Secret<std::string>& key, const ports::Signatures& signatures, Instant now) {
    if (kind == CallbackSignature::none)
        return true;
    if (key.empty()) // anyone could sign with it
        return false;
    const Check check{request, public_url, key, signatures, now};
    switch (kind) {
    case CallbackSignature::none:
        break;
    case CallbackSignature::twilio:
        return is_signed_by_twilio(check);
    case CallbackSignature::plivo_v3:
        return is_signed_by_plivo(check);
    case CallbackSignature::messagebird_jwt:
        return is_signed_by_messagebird(check);
    case CallbackSignature::vonage_jwt:
        return is_signed_by_vonage(check);
    case CallbackSignature::sinch_hmac:
        return is_signed_by_sinch(check);
    }
    std::abort();
}

} // namespace dialproof::http_sending
