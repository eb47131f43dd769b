#include "senders/aws_sms/signature_v4.h"

#include "base/text.h"

#include <algorithm>

namespace dialproof::senders {

namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";

std::string signed_names(const ports::HttpFields& headers) {
    std::string names;
    for (const auto& [name, value] : headers)
        names.append(names.empty() ? "" : ";").append(name);
    return names;
}

std::string canonical_request(const std::string& method, const std::string& query,
                              const ports::HttpFields& headers, const std::string& body_hash) {
    std::string text = method + "\n/\n" + query + "\n";
    for (const auto& [name, value] : headers)
        text.append(name).append(1, ':').append(value).append(1, '\n');
    return text + "\n" + signed_names(headers) + "\n" + body_hash;
}

Secret<std::string> signing_key(const AwsKey& key, const std::string& day, const AwsScope& scope,
                                const ports::Signatures& signatures) {
    Secret<std::string> derived("AWS4" + key.secret.reveal());
    for (const std::string_view step : {std::string_view(day), std::string_view(scope.region),
                                        std::string_view(scope.service), std::string_view("aws4_request")})
        derived = Secret<std::string>(signatures.hmac_sha256(derived, step));
    return derived;
}

} // namespace

std::string amz_date(Instant at) {
    std::string text = to_rfc3339(at).substr(0, std::string_view("2026-01-05T10:00:00").size());
    std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
    return text + "Z";
}

std::string signature_v4(const AwsKey& key, const AwsScope& scope, const std::string& method,
                         const std::string& query, const ports::HttpFields& headers,
                         const Secret<std::string>& body, Instant at, const ports::Signatures& signatures) {
    const auto hash = [&](std::string_view text) { return to_hex(signatures.sha256(text)); };
    const auto date = amz_date(at);
    const auto day = date.substr(0, date.find('T'));
    const auto credential = day + "/" + scope.region + "/" + scope.service + "/aws4_request";
    const auto request = canonical_request(method, query, headers, hash(body.reveal()));
    const auto message = std::string(algorithm) + "\n" + date + "\n" + credential + "\n" + hash(request);
    const auto mac = signatures.hmac_sha256(signing_key(key, day, scope, signatures), message);
    return std::string(algorithm) + " Credential=" + key.id + "/" + credential +
           ", SignedHeaders=" + signed_names(headers) + ", Signature=" + to_hex(mac);
}

} // namespace dialproof::senders
