#include "senders/http_api/presets.h"

namespace dialproof::senders {

using enum ports::SubmitOutcome;
using ports::MessageState;

// developers.sinch.com/docs/sms/api-reference, "batches" and "delivery reports". Its callbacks are signed
// only where Sinch has set that up: then `signature` is to be `sinch_hmac`.
HttpApi sinch() {
    HttpApi api;
    api.name = "sinch";
    api.send.url = "https://{secret.region}.sms.api.sinch.com/xms/v1/{secret.plan}/batches";
    api.send.headers = {{"Authorization", "Bearer {secret.token}"}};
    api.send.kind = BodyKind::json;
    api.send.json =
        R"({"from":"{sender_id}","to":["{to_digits}"],"body":"{text}","delivery_report":"per_recipient",
        "callback_url":"{receipt_url}","client_reference":"{message_id}"})";
    api.answer.codes = {{"/code", {}}}; // of errors alone; what they mean follows from the status of HTTP
    api.answer.reference = "/id";
    api.callback.reference = "/batch_id";
    api.callback.status = "/status";
    api.callback.error = "/code";
    api.callback.states = {{"Queued", MessageState::sent},         {"Dispatched", MessageState::sent},
                           {"Delivered", MessageState::delivered}, {"Expired", MessageState::expired},
                           {"Aborted", MessageState::failed},      {"Cancelled", MessageState::failed},
                           {"Rejected", MessageState::failed},     {"Deleted", MessageState::failed},
                           {"Failed", MessageState::failed}};
    ApiRequest probe;
    probe.method = "GET";
    probe.url = "https://{secret.region}.sms.api.sinch.com/xms/v1/{secret.plan}/batches";
    probe.headers = {{"Authorization", "Bearer {secret.token}"}};
    probe.kind = BodyKind::query;
    probe.fields = {{"page_size", "1"}};
    api.probe = probe;
    return api;
}

} // namespace dialproof::senders
