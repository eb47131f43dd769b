// AWS Signature Version 4 of one request
// (docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html).
#pragma once

#include "base/instant.h"
#include "base/secret.h"
#include "ports/http_client.h"
#include "ports/signatures.h"

#include <string>

namespace dialproof::senders {

struct AwsKey {
    std::string id;
    Secret<std::string> secret;
    Secret<std::string> session_token; // of temporary credentials; else empty
};

struct AwsScope {
    std::string region, service;
};

// "20260105T100000Z", the value of x-amz-date.
std::string amz_date(Instant at);

// The value of Authorization. `headers` are those to be signed, host and x-amz-date among them, with names in
// lower case and in order; the path is "/".
std::string signature_v4(const AwsKey& key, const AwsScope& scope, const std::string& method,
                         const std::string& query, const ports::HttpFields& headers,
                         const Secret<std::string>& body, Instant at, const ports::Signatures& signatures);

} // namespace dialproof::senders
