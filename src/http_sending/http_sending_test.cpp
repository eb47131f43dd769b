#include "base/base64.h"
#include "base/text.h"
#include "http_sending/json_pointer.h"
#include "http_sending/outcome.h"
#include "http_sending/percent.h"
#include "http_sending/retry_after.h"
#include "http_sending/signed_callback.h"
#include "platform/openssl_signatures.h"
#include "wire/jwt.h"

#include <gtest/gtest.h>

namespace dialproof::http_sending {
namespace {

const Instant now = *parse_rfc3339("2026-01-05T10:00:00Z");
const platform::OpensslSignatures signatures;
const Secret<std::string> key("12345");

TEST(RetryAfter, IsSecondsOrADate) {
    EXPECT_EQ(parse_retry_after("30", now), Seconds(30));
    EXPECT_EQ(parse_retry_after("Mon, 05 Jan 2026 10:00:30 GMT", now), Seconds(30));
    EXPECT_EQ(parse_retry_after("Mon, 05 Jan 2026 09:00:00 GMT", now), Seconds(0));
    EXPECT_EQ(parse_retry_after("999999999", now), retry_after_max);
    for (const auto* text : {"", "-1", "soon", "1.5", "Mon, 35 Jan 2026 10:00:30 GMT", "9999999999999999999"})
        EXPECT_FALSE(parse_retry_after(text, now)) << text;
}

TEST(Outcome, IsUnknownOnlyWhereTheRequestMayHaveBeenWritten) {
    EXPECT_EQ(from_failure({false, "tls_failed"}).outcome, ports::SubmitOutcome::unavailable);
    EXPECT_EQ(from_failure({true, "timed_out"}).outcome, ports::SubmitOutcome::unknown);
}

TEST(Outcome, OfAStatusIsThatOfHttp) {
    const auto outcome = [](unsigned status) {
        ports::HttpReply reply;
        reply.status = status;
        return from_status(reply, now).outcome;
    };
    EXPECT_EQ(outcome(400), ports::SubmitOutcome::refused);
    EXPECT_EQ(outcome(401), ports::SubmitOutcome::misconfigured);
    EXPECT_EQ(outcome(429), ports::SubmitOutcome::throttled);
    EXPECT_EQ(outcome(500), ports::SubmitOutcome::unknown);
    EXPECT_EQ(outcome(302), ports::SubmitOutcome::unknown);
}

TEST(Outcome, ShowsNoCodeThatAProviderSentBack) {
    auto result = result_of(ports::SubmitOutcome::refused, "vendor_123456");
    result.reference = "id-123456";
    const auto cleaned = without_code(result, Secret<std::string>("123456"));
    EXPECT_EQ(cleaned.error, "other");
    EXPECT_EQ(cleaned.reference, "");
}

TEST(ErrorName, HasNoOtherCharactersAndABound) {
    EXPECT_EQ(error_name("sinch", "bad request\n"), "sinch_bad_request_");
    EXPECT_EQ(error_name("sinch", std::string(1000, 'x')).size(), error_bytes_max);
}

TEST(JsonPointer, IsThatOfRfc6901) {
    const auto whole = *json::parse(R"({"a":[{"b":1},{"b":"x"}],"m~n":true,"a/b":null})");
    EXPECT_EQ(text_at(whole, "/a/0/b"), "1");
    EXPECT_EQ(text_at(whole, "/a/1/b"), "x");
    EXPECT_EQ(text_at(whole, "/m~0n"), "true");
    EXPECT_TRUE(at(whole, "/a~1b")->is_null());
    EXPECT_EQ(at(whole, ""), &whole);
    for (const auto* pointer : {"/a/2/b", "/a/-1", "/a/x", "/none", "a", "/a/0/b/c"})
        EXPECT_EQ(at(whole, pointer), nullptr) << pointer;
}

http::Request posted(std::string body, std::string_view header = {}, std::string value = {}) {
    http::Request request;
    request.method = "POST";
    request.headers.add("content-type", "application/x-www-form-urlencoded");
    if (!header.empty())
        request.headers.add(std::string(header), std::move(value));
    request.body = std::move(body);
    return request;
}

// The example of Twilio's documentation.
TEST(SignedCallback, OfTwilioIsThatOfItsDocumentation) {
    const std::string url = "https://mycompany.com/myapp.php?foo=1&bar=2";
    const std::string form =
        "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&"
        "To=%2B18005551212";
    const auto check = [&](const std::string& body, const std::string& at, const Secret<std::string>& with) {
        return is_signed(CallbackSignature::twilio,
                         posted(body, "x-twilio-signature", "RSOYDt4T1cUTdK1PDd93/VVr8B8="), at, with,
                         signatures, now);
    };
    EXPECT_TRUE(check(form, url, key));
    EXPECT_TRUE(check(form, "https://mycompany.com:443/myapp.php?foo=1&bar=2", key));
    EXPECT_FALSE(check(form + "&More=1", url, key));
    EXPECT_FALSE(check(form, url + "3", key));
    EXPECT_FALSE(check(form, url, Secret<std::string>("12346")));
    EXPECT_FALSE(check(form, url, Secret<std::string>()));
}

TEST(SignedCallback, OfPlivoCoversUrlFormAndNonce) {
    const std::string mac =
        to_base64(signatures.hmac_sha256(key, "https://a.example/r?x=1&y=2.MessageUUID7Statussent.n0nce"));
    const auto check = [&](const std::string& body, const std::string& nonce) {
        auto request = posted(body, "x-plivo-signature-v3", "other, " + mac);
        request.headers.add("x-plivo-signature-v3-nonce", nonce);
        return is_signed(CallbackSignature::plivo_v3, request, "https://a.example/r?y=2&x=1", key, signatures,
                         now);
    };
    EXPECT_TRUE(check("Status=sent&MessageUUID=7", "n0nce"));
    EXPECT_FALSE(check("Status=failed&MessageUUID=7", "n0nce"));
    EXPECT_FALSE(check("Status=sent&MessageUUID=7", "other"));
}

std::string token_of(const std::string& claims, const std::string& header = R"({"alg":"HS256"})") {
    const auto part = jwt::signed_part(header, claims);
    return jwt::with_signature(part, signatures.hmac_sha256(key, part));
}

TEST(SignedCallback, OfMessageBirdCoversUrlBodyAndTime) {
    const std::string url = "https://a.example/r";
    const auto seconds = std::chrono::duration_cast<Seconds>(now.time_since_epoch()).count();
    const std::string claims = R"({"iss":"MessageBird","nbf":)" + std::to_string(seconds) + R"(,"exp":)" +
                               std::to_string(seconds + 60) + R"(,"url_hash":")" +
                               to_hex(signatures.sha256(url)) + R"(","payload_hash":")" +
                               to_hex(signatures.sha256("body")) + R"("})";
    const auto check = [&](const std::string& body, const std::string& token, Instant at) {
        return is_signed(CallbackSignature::messagebird_jwt, posted(body, "messagebird-signature-jwt", token),
                         url, key, signatures, at);
    };
    EXPECT_TRUE(check("body", token_of(claims), now));
    EXPECT_FALSE(check("other", token_of(claims), now));
    EXPECT_FALSE(check("body", token_of(claims), now + Seconds(61)));
    EXPECT_FALSE(check("body", token_of(claims, R"({"alg":"none"})"), now));
    EXPECT_FALSE(check("body", token_of(claims).substr(1), now));
}

TEST(SignedCallback, OfVonageCoversBodyAndTime) {
    const auto seconds = std::chrono::duration_cast<Seconds>(now.time_since_epoch()).count();
    const std::string token = token_of(R"({"iat":)" + std::to_string(seconds) + R"(,"payload_hash":")" +
                                       to_hex(signatures.sha256("body")) + R"("})");
    const auto check = [&](const std::string& body, Instant at) {
        return is_signed(CallbackSignature::vonage_jwt, posted(body, "authorization", "Bearer " + token), "",
                         key, signatures, at);
    };
    EXPECT_TRUE(check("body", now));
    EXPECT_FALSE(check("other", now));
    EXPECT_FALSE(check("body", now + callback_age_max + Seconds(1)));
}

TEST(SignedCallback, OfSinchCoversBodyNonceAndTime) {
    const auto seconds = std::to_string(std::chrono::duration_cast<Seconds>(now.time_since_epoch()).count());
    const auto check = [&](const std::string& body, Instant at) {
        auto request = posted(body, "x-sinch-webhook-signature",
                              to_base64(signatures.hmac_sha256(key, "body.n0nce." + seconds)));
        request.headers.add("x-sinch-webhook-signature-nonce", "n0nce");
        request.headers.add("x-sinch-webhook-signature-timestamp", seconds);
        return is_signed(CallbackSignature::sinch_hmac, request, "", key, signatures, at);
    };
    EXPECT_TRUE(check("body", now));
    EXPECT_FALSE(check("other", now));
    EXPECT_FALSE(check("body", now + callback_age_max + Seconds(1)));
}

} // namespace
} // namespace dialproof::http_sending
