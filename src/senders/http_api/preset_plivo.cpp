#include "senders/http_api/presets.h"

namespace dialproof::senders {

using enum ports::SubmitOutcome;
using ports::MessageState;

// plivo.com/docs/messaging/api/message.
HttpApi plivo() {
    HttpApi api;
    api.name = "plivo";
    api.send.url = "https://api.plivo.com/v1/Account/{secret.auth_id}/Message/";
    api.send.headers = {{"Authorization", "{basic.auth_id.auth_token}"}};
    api.send.kind = BodyKind::json;
    api.send.json =
        R"({"src":"{sender_id}","dst":"{to_digits}","text":"{text}","url":"{receipt_url}","method":"POST"})";
    api.answer.reference = "/message_uuid/0";
    api.callback.reference = "MessageUUID";
    api.callback.status = "Status";
    api.callback.error = "ErrorCode";
    api.callback.states = {{"queued", MessageState::sent},
                           {"sent", MessageState::sent},
                           {"delivered", MessageState::delivered},
                           {"undelivered", MessageState::failed},
                           {"failed", MessageState::failed}};
    api.callback.signature = http_sending::CallbackSignature::plivo_v3;
    api.callback.signature_key = "auth_token";
    // plivo.com/docs/account/api/account
    ApiRequest probe;
    probe.method = "GET";
    probe.url = "https://api.plivo.com/v1/Account/{secret.auth_id}/";
    probe.headers = {{"Authorization", "{basic.auth_id.auth_token}"}};
    probe.kind = BodyKind::query;
    api.probe = probe;
    return api;
}

} // namespace dialproof::senders
