#include "senders/smpp/link.h"

#include "senders/smpp/provider_receipt.h"
#include "wire/smpp/status.h"

#include <algorithm>
#include <cstdlib>

namespace dialproof::senders {

using namespace wire;
using ports::SubmitOutcome;

namespace {

constexpr std::size_t read_bytes_max = std::size_t{16} * 1024;
constexpr std::size_t receipts_max = 200; // on their way into the sink
constexpr Seconds healthy_after{60}, refused_retry{300};
constexpr Seconds last_words{2}; // for what the session still wants to write at its end
constexpr Seconds nothing_to_do{60};

smpp::CommandId bind_command(BindMode mode) {
    switch (mode) {
    case BindMode::transceiver:
        return smpp::CommandId::bind_transceiver;
    case BindMode::transmitter:
        return smpp::CommandId::bind_transmitter;
    case BindMode::receiver:
        return smpp::CommandId::bind_receiver;
    }
    std::abort();
}

smpp::SessionConfig session_config(const SmppLink& link) {
    smpp::SessionConfig config;
    config.bind = bind_command(link.mode);
    config.identity = bind_of(link);
    config.window = link.window;
    config.per_second = link.messages_per_second;
    return config;
}

SubmitOutcome outcome_of(smpp::SubmitAction action) {
    switch (action) {
    case smpp::SubmitAction::accept:
        return SubmitOutcome::accepted;
    case smpp::SubmitAction::slow_down:
        return SubmitOutcome::throttled;
    case smpp::SubmitAction::other_provider:
    case smpp::SubmitAction::bind_first:
        return SubmitOutcome::unavailable;
    case smpp::SubmitAction::number_bad:
        return SubmitOutcome::refused;
    case smpp::SubmitAction::misconfigured:
        return SubmitOutcome::misconfigured;
    }
    std::abort();
}

PartAnswer answer_of(const smpp::Answered& answered) {
    const auto outcome = outcome_of(smpp::submit_action(answered.status));
    if (outcome == SubmitOutcome::accepted)
        return {outcome, answered.message_id, ""};
    return {outcome, "", "smpp_" + smpp::status_name(answered.status)};
}

} // namespace

Link::Link(std::string provider, SmppLink config, LinkPorts ports, Waiters& waiting) :
    provider_(std::move(provider)), config_(std::move(config)), ports_(ports), waiting_(waiting) {}

void Link::stop() {
    stopping_ = true;
    ports_.alarm.wake();
}

bool Link::sends() const { return bound() && config_.mode != BindMode::receiver; }

std::optional<Instant> Link::room_at(Instant now) { return session_ ? session_->room_at(now) : std::nullopt; }

double Link::load() const {
    return session_ ? static_cast<double>(session_->under_way()) / static_cast<double>(config_.window) : 1;
}

Task<void> Link::run() {
    while (!stopping_) {
        co_await connect_and_serve();
        co_await rest();
    }
    while (receipts_ > 0)
        co_await ports_.alarm.sleep_until(now() + nothing_to_do);
}

Task<void> Link::rest() {
    while (!stopping_ && now() < retry_at_)
        co_await ports_.alarm.sleep_until(retry_at_);
}

Task<void> Link::connect_and_serve() {
    auto endpoint = config_.endpoint;
    auto dialed = co_await ports_.dialer.dial(std::move(endpoint));
    if (!dialed) {
        tried_ = true;
        why_not_bound_ = dialed.error();
        try_again_after(delay_.next(ports_.random));
        ports_.log.warning("smpp_not_connected", {{"link", config_.name}, {"why", dialed.error()}});
        waiting_.serve();
        co_return;
    }
    stream_ = std::move(*dialed);
    why_not_bound_ = "the centre has not answered the bind";
    ++connection_;
    unknown_ = 0;
    session_.emplace(session_config(config_), now());
    co_await serve();
    co_await close();
    session_.reset();
    stream_.reset();
}

Task<void> Link::serve() {
    start(read_all());
    attend();
    while (!session_->ended()) {
        Instant next = session_->next_deadline().value_or(now());
        if (const auto look = waiting_.next_look())
            next = std::min(next, *look);
        co_await ports_.alarm.sleep_until(next);
        session_->tick(now());
        attend();
    }
}

Task<void> Link::close() {
    const Instant latest = now() + last_words;
    while (writing_ && now() < latest)
        co_await ports_.alarm.sleep_until(latest);
    stream_->close();
    while (tasks_ > 0)
        co_await ports_.alarm.sleep_until(now() + nothing_to_do);
}

void Link::start(Task<void> task) {
    ++tasks_;
    spawn(ports_.executor, std::move(task), [this] {
        --tasks_;
        wake();
    });
}

Task<void> Link::read_all() {
    while (!session_->ended()) {
        const auto bytes = co_await stream_->read(read_bytes_max);
        if (bytes && !bytes->empty())
            session_->feed(*bytes, now());
        else
            session_->connection_ended();
        attend();
        wake();
    }
}

void Link::start_writing() {
    if (writing_ || !session_->has_output())
        return;
    writing_ = true;
    start(write_all());
}

Task<void> Link::write_all() {
    auto bytes = session_->take_output();
    while (!bytes.empty()) {
        const auto written = co_await stream_->write(std::move(bytes));
        if (!written)
            session_->connection_ended();
        bytes = session_->take_output();
    }
    writing_ = false;
}

// After anything that may have changed the session.
void Link::attend() {
    if (stopping_)
        session_->stop(now());
    while (const auto event = session_->next_event())
        std::visit([this](const auto& happened) { on(happened); }, *event);
    waiting_.serve();
    start_writing();
}

void Link::submit(smpp::ShortMessage message, Instant answer_by, Completer<PartAnswer> done) {
    const auto token = ++last_token_;
    submitted_.emplace(token, done);
    const auto submitted = session_->submit(token, std::move(message), answer_by, now());
    if (!submitted)
        return answer(
            token, {SubmitOutcome::misconfigured, "", "smpp_field_" + std::string(submitted.error().field)});
    start_writing();
    wake();
}

void Link::answer(smpp::SubmitToken token, PartAnswer answer) {
    const auto found = submitted_.extract(token);
    if (!found.empty())
        found.mapped()(std::move(answer));
}

void Link::on(const smpp::Bound&) {
    tried_ = true;
    bound_at_ = now();
    ports_.log.info("smpp_bound", {{"provider", provider_}, {"link", config_.name}});
}

void Link::on(const smpp::BindRefused& refused) {
    tried_ = true;
    const auto status = smpp::status_name(refused.status);
    why_not_bound_ = "the centre refused the bind: " + smpp::bind_refusal(refused.status);
    const bool stops = smpp::bind_action(refused.status) == smpp::BindAction::stop;
    try_again_after(stops ? Milliseconds(refused_retry) : delay_.next(ports_.random));
    ports_.log.write(stops ? ports::LogLevel::error : ports::LogLevel::warning, "smpp_bind_refused",
                     {{"provider", provider_}, {"link", config_.name}, {"status", status}});
}

void Link::on(const smpp::Answered& answered) { answer(answered.token, answer_of(answered)); }

void Link::on(const smpp::Unanswered& unanswered) {
    if (unanswered.written) {
        ++unknown_;
        answer(unanswered.token, {SubmitOutcome::unknown, "", "smpp_no_answer"});
    } else {
        answer(unanswered.token, {SubmitOutcome::unavailable, "", "smpp_lost"});
    }
}

void Link::on(const smpp::Received& received) {
    const auto& pdu = received.pdu;
    auto receipt = provider_receipt(pdu, provider_, config_, now());
    if (!receipt)
        return session_->answer(pdu.id, pdu.sequence, smpp::status_ok, now());
    if (receipts_ >= receipts_max)
        return session_->answer(pdu.id, pdu.sequence, smpp::status_come_again, now());
    ++receipts_;
    spawn(ports_.executor, store_receipt(std::move(*receipt), pdu.id, pdu.sequence, connection_), [this] {
        --receipts_;
        wake();
    });
}

Task<void> Link::store_receipt(ports::ProviderReceipt receipt, smpp::CommandId request,
                               std::uint32_t sequence, unsigned connection) {
    const auto taken = co_await ports_.receipts.take(std::move(receipt));
    if (!session_ || connection != connection_)
        co_return; // nobody to answer: the centre sends it again
    session_->answer(request, sequence, taken ? smpp::status_ok : smpp::status_come_again, now());
    start_writing();
}

void Link::on(const smpp::Slowed& slowed) {
    ports_.log.warning(
        "smpp_throttled",
        {{"provider", provider_}, {"link", config_.name}, {"messages_per_second", slowed.per_second}});
}

void Link::on(const smpp::Lost& lost) {
    tried_ = true;
    const auto reason = to_text(lost.reason);
    why_not_bound_ = "lost: " + std::string(reason);
    if (const auto since = std::exchange(bound_at_, {}); since && now() - *since >= healthy_after)
        delay_.reset();
    try_again_after(delay_.next(ports_.random));
    ports_.log.warning(
        "smpp_lost",
        {{"provider", provider_}, {"link", config_.name}, {"reason", reason}, {"unknown", unknown_}});
}

void Link::on(const smpp::Closed&) { why_not_bound_ = "stopped"; }

} // namespace dialproof::senders
