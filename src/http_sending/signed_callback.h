// Whether a provider's call to us is signed as that provider signs. All comparisons take constant time, and
// all hashes are of the body as it came.
#pragma once

#include "base/instant.h"
#include "base/secret.h"
#include "ports/signatures.h"
#include "wire/http.h"

#include <string>

namespace dialproof::http_sending {

enum class CallbackSignature {
    none,            // the unguessable URL is all there is
    twilio,          // X-Twilio-Signature: HMAC-SHA-1 of URL and sorted form
    plivo_v3,        // X-Plivo-Signature-V3: HMAC-SHA-256 of URL, sorted query and form, and a nonce
    messagebird_jwt, // MessageBird-Signature-JWT: HS256, with hashes of URL and body
    vonage_jwt,      // Authorization: Bearer, HS256, with a hash of the body
    sinch_hmac,      // x-sinch-webhook-signature: HMAC-SHA-256 of body, nonce and time
};

inline constexpr Seconds callback_age_max{300}; // of those that say when they were signed

// False where the key is empty, but for `none`.
bool is_signed(CallbackSignature kind, const http::Request& request, const std::string& public_url,
               const Secret<std::string>& key, const ports::Signatures& signatures, Instant now);

} // namespace dialproof::http_sending
