#include "senders/http_api/presets.h"

namespace dialproof::senders {

using enum ports::SubmitOutcome;
using ports::MessageState;

// developer.vonage.com/en/api/sms; seen with its SDK: the status of HTTP is always 200.
HttpApi vonage() {
    HttpApi api;
    api.name = "vonage";
    api.send.url = "https://rest.nexmo.com/sms/json";
    api.send.headers = {{"Authorization", "{basic.key.secret}"}};
    api.send.kind = BodyKind::json;
    api.send.json = R"({"to":"{to_digits}","from":"{sender_id}","text":"{text}","type":"{if_unicode.unicode}",
        "ttl":"{validity_milliseconds:number}","client-ref":"{message_id}","callback":"{receipt_url}"})";
    // "SMS error codes" of the same page.
    api.answer.codes = {{"/messages/0/status",
                         {{"0", accepted},
                          {"1", throttled},
                          {"2", misconfigured},     // missing parameters
                          {"3", refused},           // invalid parameters
                          {"4", misconfigured},     // credentials
                          {"5", unavailable},       // internal error
                          {"6", refused},           // invalid message
                          {"7", refused},           // number barred
                          {"8", misconfigured},     // account barred
                          {"9", misconfigured},     // no credit
                          {"11", misconfigured},    // account without HTTP
                          {"12", refused},          // too long
                          {"14", misconfigured},    // signature
                          {"15", misconfigured},    // sender
                          {"29", misconfigured}}}}; // number not on the list of a trial
    api.answer.reference = "/messages/0/message-id";
    api.answer.parts = "/messages";
    api.answer.price = {"/messages", "/message-price", "EUR"}; // of each part
    api.callback.reference = "messageId";
    api.callback.status = "status";
    api.callback.error = "err-code";
    api.callback.states = {{"accepted", MessageState::sent},       {"buffered", MessageState::sent},
                           {"delivered", MessageState::delivered}, {"expired", MessageState::expired},
                           {"failed", MessageState::failed},       {"rejected", MessageState::failed}};
    // developer.vonage.com/en/api/conversion
    ApiRequest use;
    use.url = "https://api.nexmo.com/conversions/sms";
    use.headers = {{"Authorization", "{basic.key.secret}"}};
    use.kind = BodyKind::query;
    use.fields = {{"message-id", "{reference}"}, {"delivered", "true"}, {"timestamp", "{time}"}};
    api.use = use;
    // developer.vonage.com/en/api/account
    ApiRequest probe;
    probe.method = "GET";
    probe.url = "https://rest.nexmo.com/account/get-balance";
    probe.headers = {{"Authorization", "{basic.key.secret}"}};
    probe.kind = BodyKind::query;
    api.probe = probe;
    return api;
}

} // namespace dialproof::senders
