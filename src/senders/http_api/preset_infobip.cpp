#include "senders/http_api/presets.h"

namespace dialproof::senders {

using enum ports::SubmitOutcome;
using ports::MessageState;

// infobip.com/docs/api/channels/sms: groups of statuses, and the one status that stands for fraud.
HttpApi infobip() {
    HttpApi api;
    api.name = "infobip";
    api.send.url = "https://{secret.base}/sms/3/messages";
    api.send.headers = {{"Authorization", "App {secret.key}"}};
    api.send.kind = BodyKind::json;
    api.send.json = R"({"messages":[{"sender":"{sender_id}","destinations":[{"to":"{to_digits}"}],
        "content":{"text":"{text}"},
        "options":{"validityPeriod":{"amount":"{validity_minutes:number}","timeUnit":"MINUTES"}},
        "webhooks":{"delivery":{"url":"{receipt_url}"}}}]})";
    api.answer.codes = {{"/messages/0/status/id", {{"87", fraud}}}, // SIGNALS_BLOCKED
                        {"/messages/0/status/groupId",
                         {{"1", accepted}, {"2", refused}, {"3", accepted}, {"4", refused}, {"5", refused}}}};
    api.answer.reference = "/messages/0/messageId";
    api.callback.list = "/results";
    api.callback.reference = "/messageId";
    api.callback.status = "/status/groupId";
    api.callback.error = "/error/id";
    api.callback.states = {{"1", MessageState::sent},
                           {"2", MessageState::failed},
                           {"3", MessageState::delivered},
                           {"4", MessageState::expired},
                           {"5", MessageState::failed}};
    ApiRequest use;
    use.url = "https://{secret.base}/ct/1/log/end/{reference}";
    use.headers = {{"Authorization", "App {secret.key}"}};
    api.use = use;
    // infobip.com/docs/api/platform/account-management
    ApiRequest probe;
    probe.method = "GET";
    probe.url = "https://{secret.base}/account/1/balance";
    probe.headers = {{"Authorization", "App {secret.key}"}};
    probe.kind = BodyKind::query;
    api.probe = probe;
    return api;
}

} // namespace dialproof::senders
