#include "senders/http_api/presets.h"

namespace dialproof::senders {

using enum ports::SubmitOutcome;

// mobizon.kz/help/api-docs. Receipts are not told, only given when asked for.
HttpApi mobizon() {
    HttpApi api;
    api.name = "mobizon";
    api.send.url =
        "https://api.mobizon.kz/service/Message/SendSmsMessage?output=json&api=v1&apiKey={secret.key}";
    api.send.fields = {{"recipient", "{to_digits}"},
                       {"text", "{text}"},
                       {"from", "{sender_id}"},
                       {"params[validity]", "{validity_minutes}"}};
    api.answer.codes = {{"/code", {{"0", accepted}, {"1", refused}}}}; // 1: a field is not valid
    api.answer.reference = "/data/messageId";
    ApiRequest probe;
    probe.url = "https://api.mobizon.kz/service/User/GetOwnBalance?output=json&api=v1&apiKey={secret.key}";
    api.probe = probe;
    return api;
}

} // namespace dialproof::senders
