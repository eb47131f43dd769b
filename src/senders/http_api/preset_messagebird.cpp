#include "senders/http_api/presets.h"

namespace dialproof::senders {

using enum ports::SubmitOutcome;
using ports::MessageState;

// developers.messagebird.com/api/sms-messaging and /api/conversions. Without `reference` there are no
// reports.
HttpApi messagebird() {
    HttpApi api;
    api.name = "messagebird";
    api.send.url = "https://rest.messagebird.com/messages";
    api.send.headers = {{"Authorization", "AccessKey {secret.key}"}};
    api.send.kind = BodyKind::json;
    api.send.json =
        R"({"originator":"{sender_id}","recipients":"{to_digits}","body":"{text}","datacoding":"auto",
        "validity":"{validity_seconds:number}","reference":"{message_id}","reportUrl":"{receipt_url}"})";
    // "API errors" of the same site.
    api.answer.codes = {{"/errors/0/code",
                         {{"2", misconfigured},  // access key
                          {"9", refused},        // missing parameters
                          {"10", refused},       // invalid parameters
                          {"20", misconfigured}, // not found
                          {"21", refused},       // bad request
                          {"25", misconfigured}, // no balance
                          {"101", refused}}}};   // duplicate
    api.answer.reference = "/id";
    api.callback.reference = "id";
    api.callback.status = "status";
    api.callback.error = "statusErrorCode";
    api.callback.states = {{"sent", MessageState::sent},
                           {"buffered", MessageState::sent},
                           {"delivered", MessageState::delivered},
                           {"expired", MessageState::expired},
                           {"delivery_failed", MessageState::failed}};
    api.callback.signature = http_sending::CallbackSignature::messagebird_jwt;
    api.callback.signature_key = "signing_key";
    ApiRequest use;
    use.url = "https://rest.messagebird.com/conversions";
    use.headers = {{"Authorization", "AccessKey {secret.key}"}};
    use.kind = BodyKind::json;
    use.json = R"({"service":"message","id":"{reference}","success":true})";
    api.use = use;
    // developers.messagebird.com/api/balance
    ApiRequest probe;
    probe.method = "GET";
    probe.url = "https://rest.messagebird.com/balance";
    probe.headers = {{"Authorization", "AccessKey {secret.key}"}};
    probe.kind = BodyKind::query;
    api.probe = probe;
    return api;
}

} // namespace dialproof::senders
