#include "core/autofill.h"

#include "base/char_set.h"
#include "base/text.h"

#include <algorithm>
#include <vector>

namespace dialproof::core {

namespace {

constexpr std::size_t domain_bytes_max = 253, label_bytes_max = 63; // RFC 1035 section 2.3.4
constexpr std::size_t app_hash_bytes = 11;

constexpr bool is_small_letter(char c) { return c >= 'a' && c <= 'z'; }

constexpr CharSet in_label([](char c) { return is_digit(c) || is_small_letter(c) || c == '-'; });
constexpr CharSet in_base64([](char c) {
    return is_digit(c) || is_small_letter(to_lower(c)) || c == '+' || c == '/';
});

bool is_label(std::string_view text) {
    return !text.empty() && text.size() <= label_bytes_max && in_label.has_all_of(text) &&
           text.front() != '-' && text.back() != '-';
}

std::string domain_of(std::string_view origin) {
    const auto scheme = origin.find("://");
    if (scheme == std::string_view::npos)
        return {};
    const auto host = origin.substr(scheme + 3);
    std::string domain = to_lower(host.substr(0, host.find(':')));
    return is_web_domain(domain) ? domain : std::string{};
}

// The one that was asked for, else the first.
std::string choose(const std::vector<std::string>& allowed, const std::string& asked) {
    if (allowed.empty())
        return {};
    return std::find(allowed.begin(), allowed.end(), asked) != allowed.end() ? asked : allowed.front();
}

// To a client that does not say what it is, one of several apps would be a guess.
bool takes_app_hash(const Policy& policy, ClientKind kind) {
    return kind == ClientKind::android || (kind == ClientKind::unknown && policy.web_domains.empty() &&
                                           policy.android_app_hashes.size() == 1);
}

} // namespace

std::optional<ClientKind> parse_client_kind(std::string_view text) {
    if (text == "web")
        return ClientKind::web;
    if (text == "android")
        return ClientKind::android;
    if (text == "ios")
        return ClientKind::ios;
    return {};
}

ClientHint client_hint(std::string_view kind, std::string_view app_hash, std::string_view origin) {
    ClientHint hint;
    hint.kind = parse_client_kind(to_lower(kind)).value_or(ClientKind::unknown);
    hint.domain = domain_of(origin);
    if (is_app_hash(app_hash))
        hint.app_hash = app_hash;
    return hint;
}

Autofill choose_autofill(const Policy& policy, const ClientHint& hint) {
    Autofill autofill;
    if (hint.kind != ClientKind::android)
        autofill.domain = choose(policy.web_domains, hint.domain);
    if (takes_app_hash(policy, hint.kind))
        autofill.app_hash = choose(policy.android_app_hashes, hint.app_hash);
    return autofill;
}

bool is_web_domain(std::string_view text) {
    const auto labels = split(text, '.');
    return text.size() <= domain_bytes_max && std::all_of(labels.begin(), labels.end(), is_label);
}

bool is_app_hash(std::string_view text) {
    return text.size() == app_hash_bytes && in_base64.has_all_of(text);
}

} // namespace dialproof::core
