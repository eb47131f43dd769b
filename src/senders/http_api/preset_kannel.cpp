#include "senders/http_api/presets.h"

namespace dialproof::senders {

using enum ports::SubmitOutcome;
using ports::MessageState;

// kannel.org, user guide, "SMS Push" and "Delivery reports". It gives no id: the receipt is known by its URL.
HttpApi kannel() {
    HttpApi api;
    api.name = "kannel";
    api.send.method = "GET";
    api.send.url = "http://{secret.host}:{secret.port}/cgi-bin/sendsms";
    api.send.kind = BodyKind::query;
    api.send.fields = {{"username", "{secret.username}"},
                       {"password", "{secret.password}"},
                       {"from", "{sender_id}"},
                       {"to", "{to}"},
                       {"text", "{text}"},
                       {"charset", "UTF-8"},
                       {"coding", "{if_gsm.0}{if_unicode.2}"},
                       {"validity", "{validity_minutes}"},
                       {"dlr-mask", "31"}, // all that there is to tell
                       {"dlr-url", "{receipt_url_query}status=%d&error=%B"}};
    // "0: Accepted for delivery", "3: Queued for later delivery"
    api.answer.codes = {{"text", {{"0", accepted}, {"3", accepted}}}};
    api.answer.statuses = {{400, refused}, {403, misconfigured}, {503, unavailable}}; // 503: surely not taken
    api.callback.status = "status";
    api.callback.error = "error";
    api.callback.states = {{"1", MessageState::delivered},
                           {"2", MessageState::failed},
                           {"4", MessageState::sent},     // buffered
                           {"8", MessageState::sent},     // the SMSC took it
                           {"16", MessageState::failed}}; // the SMSC refused it
    return api;
}

} // namespace dialproof::senders
