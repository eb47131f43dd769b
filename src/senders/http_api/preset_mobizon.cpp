#include "senders/http_api/presets.h"

namespace dialproof::senders {

using enum ports::SubmitOutcome;
using ports::MessageState;

// mobizon.kz/help/api-docs/message. Receipts are not told, only given when asked for.
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
    // GetSMSStatus takes no more than 100 ids. NEW, ENQUEUD and ACCEPTD are on their way; of PDLIVRD the
    // handset has some parts.
    ApiRequest poll;
    poll.url = "https://api.mobizon.kz/service/Message/GetSMSStatus?output=json&api=v1&apiKey={secret.key}";
    poll.fields = {{"ids", "{references}"}};
    api.poll = poll;
    api.callback.list = "/data";
    api.callback.reference = "/id";
    api.callback.status = "/status";
    api.callback.states = {{"DELIVRD", MessageState::delivered},
                           {"EXPIRED", MessageState::expired},
                           {"UNDELIV", MessageState::failed},
                           {"REJECTD", MessageState::failed},
                           {"DELETED", MessageState::failed}};
    ApiRequest probe;
    probe.url = "https://api.mobizon.kz/service/User/GetOwnBalance?output=json&api=v1&apiKey={secret.key}";
    api.probe = probe;
    return api;
}

} // namespace dialproof::senders
