#include "senders/http_api/presets.h"

namespace dialproof::senders {

using enum ports::SubmitOutcome;
using ports::MessageState;

// developer.vonage.com/en/api/messages, version 1; seen with its SDK. Errors are told as RFC 7807 says, with
// the code at the end of `type`; what is not listed follows from the status of HTTP.
HttpApi vonage_messages() {
    HttpApi api;
    api.name = "vonage_messages";
    api.send.url = "https://api.nexmo.com/v1/messages";
    api.send.headers = {{"Authorization", "Bearer {vonage_jwt.application_id.private_key}"}};
    api.send.kind = BodyKind::json;
    api.send.json = R"({"message_type":"text","channel":"sms","to":"{to_digits}","from":"{sender_id}",
        "text":"{text}","ttl":"{validity_seconds:number}","client_ref":"{message_id}",
        "webhook_url":"{receipt_url}","webhook_version":"v1"})";
    // developer.vonage.com/api-errors/messages
    api.answer.codes = {{"/type#",
                         {{"1000", throttled},
                          {"1010", misconfigured}, // missing parameters
                          {"1020", refused},       // invalid parameters
                          {"1040", refused},       // invalid message, such as an unknown prefix
                          {"1050", refused},       // number barred
                          {"1060", misconfigured}, // account barred
                          {"1070", misconfigured}, // no credit
                          {"1080", misconfigured}, // account without HTTP
                          {"1090", refused},       // too long
                          {"1100", unavailable},   // not submitted, for a failure of theirs
                          {"1120", misconfigured}, // sender
                          {"1170", refused}}}};    // number
    api.answer.reference = "/message_uuid";
    api.callback.reference = "/message_uuid";
    api.callback.status = "/status";
    api.callback.error = "/error/title"; // a number
    api.callback.price = {"", "/usage/price", "/usage/currency"};
    api.callback.states = {{"submitted", MessageState::sent},
                           {"delivered", MessageState::delivered},
                           {"rejected", MessageState::failed},
                           {"undeliverable", MessageState::failed}};
    api.callback.signature = http_sending::CallbackSignature::vonage_jwt;
    api.callback.signature_key = "signature_secret";
    return api;
}

} // namespace dialproof::senders
