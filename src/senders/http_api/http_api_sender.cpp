#include "senders/http_api/http_api_sender.h"

#include "http_sending/outcome.h"
#include "senders/http_api/api_answer.h"
#include "senders/http_api/api_callback.h"
#include "senders/http_api/api_request.h"

#include <algorithm>
#include <utility>

namespace dialproof::senders {

namespace {

const core::PhoneNumber& sample_number() {
    static const auto number = *core::PhoneNumber::parse("+12025550123");
    return number;
}

ports::OutgoingText sample_text() {
    return {core::MessageId(), sample_number(), core::ServiceName(), {}, {}, {}, {}, {}, 1, {}, {}};
}

ports::UsedText sample_use() { return {core::MessageId(), sample_number(), {}, {}, {}}; }

Result<void, std::string> soundness(const HttpApi& api, const PlaceSources& sources) {
    const Secrets& secrets = sources.secrets;
    if (auto sound = check(api.send, Places(sample_text(), api, sources), secrets); !sound)
        return sound;
    if (const auto& key = api.callback.signature_key; !key.empty() && secrets.find(key) == secrets.end())
        return fail("the secret \"" + key + "\" is missing");
    if (api.probe)
        if (auto sound = check(*api.probe, Places(sources), secrets); !sound)
            return sound;
    if (api.poll)
        if (auto sound = check(*api.poll, Places({"1"}, sources), secrets); !sound)
            return sound;
    if (api.use)
        return check(*api.use, Places(sample_use(), sources), secrets);
    return {};
}

} // namespace

Result<std::unique_ptr<HttpApiSender>, std::string>
HttpApiSender::make(std::string name, HttpApi api, Secrets secrets, ports::HttpClient& client,
                    const ports::Clock& clock, const ports::Signatures& signatures) {
    if (auto sound = soundness(api, {secrets, signatures, clock.now()}); !sound)
        return fail(sound.error());
    return std::unique_ptr<HttpApiSender>(
        new HttpApiSender(std::move(name), std::move(api), std::move(secrets), client, clock, signatures));
}

HttpApiSender::HttpApiSender(std::string name, HttpApi api, Secrets secrets, ports::HttpClient& client,
                             const ports::Clock& clock, const ports::Signatures& signatures) :
    name_(std::move(name)),
    api_(std::move(api)), secrets_(std::move(secrets)), client_(client), clock_(clock),
    signatures_(signatures) {}

Task<ports::SubmitResult> HttpApiSender::submit(const ports::OutgoingText& text) {
    auto call = call_of(api_.send, Places(text, api_, sources()));
    auto asking = client_.fetch(std::move(call));
    const auto reply = co_await asking;
    auto result = reply ? read_answer(api_, *reply, clock_.now()) : http_sending::from_failure(reply.error());
    result = http_sending::without_code(std::move(result), text.code);
    if (api_.poll && result.outcome == ports::SubmitOutcome::accepted && !result.reference.empty())
        pending_.add({result.reference, text.id, text.attempt, text.expires_at}, clock_.now());
    co_return result;
}

Task<void> HttpApiSender::report_use(const ports::UsedText& used) {
    if (!api_.use || used.reference.empty())
        co_return;
    auto call = call_of(*api_.use, Places(used, sources()));
    auto asking = client_.fetch(std::move(call));
    co_await asking;
}

Task<Result<std::string, std::string>> HttpApiSender::check() {
    if (!api_.probe) {
        auto nothing = Sender::check();
        co_return co_await nothing;
    }
    auto call = call_of(*api_.probe, Places(sources()));
    auto asking = client_.fetch(std::move(call));
    const auto reply = co_await asking;
    const auto problem = reply ? problem_in(api_, *reply) : reply.error().error;
    co_return http_sending::account_check(problem);
}

Task<std::vector<ports::ProviderReceipt>> HttpApiSender::ask_for_receipts() {
    std::vector<ports::ProviderReceipt> told;
    const auto texts = pending_.due(api_.poll_references_max, clock_.now());
    if (texts.empty())
        co_return told;
    std::vector<std::string> references;
    for (const auto& text : texts)
        references.push_back(text.reference);
    auto call = call_of(*api_.poll, Places(references, sources()));
    auto asking = client_.fetch(std::move(call));
    const auto reply = co_await asking;
    if (!reply || !http_sending::is_success(*reply))
        co_return told; // they are asked for again
    http::Request answer;
    answer.body = reply->body;
    const auto receipts = read_receipts(api_, answer, clock_.now(), Items::those_that_say_something);
    if (!receipts)
        co_return told;
    for (auto receipt : *receipts) {
        const auto text = std::find_if(texts.begin(), texts.end(), [&](const auto& each) {
            return !receipt.references.empty() && each.reference == receipt.references.front();
        });
        if (text == texts.end())
            continue;
        receipt.provider = name_;
        receipt.message = text->message;
        receipt.attempt = text->attempt;
        told.push_back(std::move(receipt));
    }
    co_return told;
}

Result<std::vector<ports::ProviderReceipt>, http_sending::CallbackFault>
HttpApiSender::read_callback(const http::Request& request, const std::string& public_url) const {
    const auto& shape = api_.callback;
    const auto key = secrets_.find(shape.signature_key);
    const auto& secret = key == secrets_.end() ? Secret<std::string>() : key->second;
    if (!http_sending::is_signed(shape.signature, request, public_url, secret, signatures_, clock_.now()))
        return fail(http_sending::CallbackFault::not_signed);
    auto receipts = read_receipts(api_, request, clock_.now(), Items::all);
    if (receipts)
        for (auto& receipt : *receipts)
            receipt.provider = name_;
    return receipts;
}

} // namespace dialproof::senders
