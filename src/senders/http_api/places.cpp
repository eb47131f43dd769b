#include "senders/http_api/places.h"

#include "base/json_writer.h"
#include "base/text.h"
#include "http_sending/percent.h"
#include "wire/gsm7.h"
#include "wire/jwt.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace dialproof::senders {

namespace {

constexpr Seconds token_lifetime{300};

bool is_name_character(char c) {
    const char lower = to_lower(c);
    return is_digit(c) || (lower >= 'a' && lower <= 'z') || c == '_' || c == '.';
}

// The length of the place that `text` begins with, braces included; 0 where there is none. JSON's braces are
// followed by a quote, a space or a brace, so they are none.
std::size_t place_length(std::string_view text) {
    if (!text.starts_with('{'))
        return 0;
    const auto* const end = std::find_if_not(text.begin() + 1, text.end(), is_name_character);
    const auto length = static_cast<std::size_t>(end - text.begin());
    return length > 1 && end != text.end() && *end == '}' ? length + 1 : 0;
}

std::string_view name_of(std::string_view place) { return place.substr(1, place.size() - 2); }

std::optional<std::string_view> after(std::string_view name, std::string_view prefix) {
    if (!name.starts_with(prefix))
        return {};
    return name.substr(prefix.size());
}

std::string clock_text(std::chrono::minutes time) {
    constexpr int minutes_per_hour = 60;
    const auto minutes = static_cast<int>(time.count());
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "%02d:%02d", minutes / minutes_per_hour,
                  minutes % minutes_per_hour);
    return text.data();
}

} // namespace

Places::Places(const ports::OutgoingText& text, const HttpApi& api, const PlaceSources& sources) :
    sources_(sources), unicode_(!gsm7::encoded(text.text.reveal())) {
    const auto validity = std::max(seconds_until(text.expires_at, sources.now), Seconds(1));
    const auto& url = text.receipt_url;
    set("to", text.to.e164());
    set("to_digits", text.to.e164().substr(1));
    set("text", text.text.reveal());
    set("code", text.code.reveal());
    set("sender_id", text.sender_id.empty() ? api.sender_id : text.sender_id);
    set("message_id", text.id.text);
    set("attempt", std::to_string(text.attempt));
    set("receipt_url", url);
    set("receipt_url_query", url.empty() ? "" : url + (url.find('?') == std::string::npos ? "?" : "&"));
    set("validity_seconds", std::to_string(validity.count()));
    set("validity_milliseconds", std::to_string(Milliseconds(validity).count()));
    set("validity_minutes", std::to_string(http_sending::minutes_of(validity).count()));
    set("validity_clock", clock_text(http_sending::minutes_of(validity)));
}

Places::Places(const ports::UsedText& used, const PlaceSources& sources) : sources_(sources) {
    set("to", used.to.e164());
    set("to_digits", used.to.e164().substr(1));
    set("message_id", used.id.text);
    set("reference", used.reference);
    set("time", http_sending::plain_time(used.at));
}

Places::Places(const std::vector<std::string>& references, const PlaceSources& sources) : sources_(sources) {
    std::string list;
    for (const auto& reference : references)
        list.append(list.empty() ? "" : ",").append(reference);
    set("references", std::move(list));
}

std::string Places::secret(std::string_view name) const {
    const auto found = sources_.secrets.find(name);
    return found == sources_.secrets.end() ? std::string() : found->second.reveal();
}

std::string Places::value_of(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? std::string() : found->second.reveal();
}

// developer.vonage.com/en/getting-started/concepts/authentication, "JSON Web Tokens": RS256 under the key of
// an application. Its id is another one for each leaving of a text.
std::string Places::vonage_jwt(std::string_view application, std::string_view key) const {
    const auto seconds = std::chrono::floor<Seconds>(sources_.now.time_since_epoch());
    const std::string id = value_of("message_id") + "." + value_of("attempt") + "." +
                           std::to_string(sources_.now.time_since_epoch().count());
    JsonWriter claims;
    claims.begin_object().member("application_id", secret(application));
    claims.member("iat", seconds.count()).member("exp", (seconds + token_lifetime).count());
    claims.member("jti", id).end_object();
    auto signed_part = jwt::signed_part(R"({"alg":"RS256","typ":"JWT"})", claims.take());
    const auto signature = sources_.signatures.rsa_sha256(Secret<std::string>(secret(key)), signed_part);
    return signature.empty() ? std::string() : jwt::with_signature(std::move(signed_part), signature);
}

std::optional<std::string> Places::find(std::string_view name) const {
    if (const auto key = after(name, "secret."))
        return secret(*key);
    if (const auto keys = after(name, "basic.")) {
        const auto pair = split(*keys, '.');
        return pair.size() == 2 ? http_sending::basic_authorization(secret(pair[0]), secret(pair[1]))
                                : std::string();
    }
    if (const auto names = after(name, "vonage_jwt.")) {
        const auto pair = split(*names, '.');
        return pair.size() == 2 ? vonage_jwt(pair[0], pair[1]) : std::string();
    }
    if (const auto word = after(name, "if_gsm."))
        return std::string(unicode_ ? "" : *word);
    if (const auto word = after(name, "if_unicode."))
        return std::string(unicode_ ? *word : "");
    const auto found = values_.find(name);
    if (found == values_.end())
        return {};
    return found->second.reveal();
}

std::optional<std::string> filled(std::string_view text, const Places& places, const Encoding& encoding) {
    std::string out;
    bool has_places = false, all_empty = true;
    while (!text.empty()) {
        const std::size_t length = place_length(text);
        if (length == 0) {
            out += text.front();
            text.remove_prefix(1);
            continue;
        }
        const auto value = places.find(name_of(text.substr(0, length))).value_or("");
        has_places = true;
        all_empty = all_empty && value.empty();
        out += encoding ? encoding(value) : value;
        text.remove_prefix(length);
    }
    if (has_places && all_empty)
        return {};
    return out;
}

std::vector<std::string> places_in(std::string_view text) {
    std::vector<std::string> names;
    for (; !text.empty(); text.remove_prefix(1))
        if (const std::size_t length = place_length(text); length > 0)
            names.emplace_back(name_of(text.substr(0, length)));
    return names;
}

} // namespace dialproof::senders
