#include "senders/http_api/presets.h"

namespace dialproof::senders {

using enum ports::SubmitOutcome;
using ports::MessageState;

// smsc.kz/api/http. The status of HTTP is 200 either way. Its callback URL is set in the account.
HttpApi smsc_kz() {
    HttpApi api;
    api.name = "smsc_kz";
    api.send.url = "https://smsc.kz/sys/send.php";
    api.send.fields = {{"login", "{secret.login}"},
                       {"psw", "{secret.password}"},
                       {"phones", "{to}"},
                       {"mes", "{text}"},
                       {"sender", "{sender_id}"},
                       {"charset", "utf-8"},
                       {"fmt", "3"},
                       {"cost", "3"},
                       {"valid", "{validity_clock}"},
                       {"tinyurl", "0"}};
    api.answer.codes = {{"/error_code",
                         {{"1", misconfigured}, // parameters
                          {"2", misconfigured}, // login or password
                          {"3", misconfigured}, // no money
                          {"4", misconfigured}, // address blocked for errors
                          {"5", refused},       // date
                          {"6", refused},       // text or sender forbidden
                          {"7", refused},       // number
                          {"8", unreachable},   // cannot be delivered
                          {"9", throttled}}}};  // too many at once
    api.answer.reference = "/id";
    api.answer.parts = "/cnt";
    api.answer.price = {"", "/cost", "KZT"};
    api.receipt_by_reference = true;
    api.callback.reference = "id";
    api.callback.status = "status";
    api.callback.error = "err";
    api.callback.states = {{"0", MessageState::sent},    {"1", MessageState::delivered},
                           {"3", MessageState::expired}, {"20", MessageState::failed},
                           {"22", MessageState::failed}, {"23", MessageState::failed},
                           {"24", MessageState::failed}, {"25", MessageState::failed}};
    ApiRequest probe;
    probe.url = "https://smsc.kz/sys/balance.php";
    probe.fields = {{"login", "{secret.login}"}, {"psw", "{secret.password}"}, {"fmt", "3"}};
    api.probe = probe;
    return api;
}

} // namespace dialproof::senders
