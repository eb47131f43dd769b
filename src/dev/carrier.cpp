#include "dev/carrier.h"

#include <algorithm>

namespace dialproof::dev {

namespace {
constexpr Seconds idle_max{30};
}

std::optional<CarrierOutcome> parse_carrier_outcome(std::string_view text) {
    if (text == "deliver")
        return CarrierOutcome::deliver;
    if (text == "fail")
        return CarrierOutcome::fail;
    if (text == "refuse")
        return CarrierOutcome::refuse;
    if (text == "silent")
        return CarrierOutcome::silent;
    return {};
}

Task<ports::SubmitResult> Carrier::submit(const ports::OutgoingText& text) {
    const CarrierScript script = next_script(text.to);
    const bool refused = script.outcome == CarrierOutcome::refuse;
    const auto state = refused ? ports::MessageState::failed : ports::MessageState::sent;
    InboxMessage message{text.id,      text.to,           text.text.reveal(),          text.code.reveal(),
                         text.channel, text.service.text, std::string(to_text(state)), text.created_at};
    keep(std::move(message));
    ports::SubmitResult result;
    if (refused) {
        result.outcome = ports::SubmitOutcome::refused;
        result.error = "refused_by_script";
        co_return result;
    }
    result.outcome = ports::SubmitOutcome::accepted;
    result.reference = text.id.text;
    if (script.outcome != CarrierOutcome::silent) {
        const bool delivered = script.outcome == CarrierOutcome::deliver;
        const Instant due = clock_.now() + script.delay;
        ports::ProviderReceipt receipt;
        receipt.provider = provider_name;
        receipt.message = text.id;
        receipt.attempt = text.attempt;
        receipt.state = delivered ? ports::MessageState::delivered : ports::MessageState::failed;
        receipt.error = delivered ? "" : "failed_by_script";
        receipt.at = due;
        {
            const std::lock_guard lock(mutex_);
            receipts_.push_back({due, receipt});
        }
        alarm_.wake();
    }
    co_return result;
}

Task<void> Carrier::run() {
    while (!stopping_) {
        const Instant now = clock_.now();
        const auto due = take_due(now);
        for (const auto& receipt : due) {
            const ports::ProviderReceipt copy = receipt;
            const auto taken = co_await sink_.take(copy);
            if (taken)
                set_status(*receipt.message, receipt.state);
        }
        const Instant next = next_receipt(now + idle_max);
        co_await alarm_.sleep_until(next);
    }
}

void Carrier::stop() {
    stopping_ = true;
    alarm_.wake();
}

bool Carrier::script(const core::PhoneNumber& to, CarrierScript script) {
    const std::lock_guard lock(mutex_);
    if (scripts_.size() >= scripts_max && !scripts_.contains(to))
        return false;
    auto& scripts = scripts_[to];
    if (scripts.size() >= scripts_each_max)
        return false;
    scripts.push_back(script);
    return true;
}

CarrierScript Carrier::next_script(const core::PhoneNumber& to) {
    const std::lock_guard lock(mutex_);
    const auto found = scripts_.find(to);
    if (found == scripts_.end())
        return {};
    const CarrierScript script = found->second.front();
    if (--found->second.front().times == 0)
        found->second.pop_front();
    if (found->second.empty())
        scripts_.erase(found);
    return script;
}

void Carrier::keep(InboxMessage message) {
    const std::lock_guard lock(mutex_);
    const std::uint64_t place = first_ + inbox_.size();
    by_number_[message.to.e164()].push_back(place);
    by_id_[message.id] = place;
    inbox_.push_back(std::move(message));
    if (inbox_.size() <= messages_max)
        return;
    const auto& oldest = inbox_.front();
    auto& places = by_number_[oldest.to.e164()];
    places.pop_front();
    if (places.empty())
        by_number_.erase(oldest.to.e164());
    if (const auto found = by_id_.find(oldest.id); found != by_id_.end() && found->second == first_)
        by_id_.erase(found);
    inbox_.pop_front();
    ++first_;
}

void Carrier::set_status(const core::MessageId& id, ports::MessageState state) {
    const std::lock_guard lock(mutex_);
    if (const auto found = by_id_.find(id); found != by_id_.end())
        inbox_[found->second - first_].status = to_text(state);
}

std::vector<ports::ProviderReceipt> Carrier::take_due(Instant now) {
    const std::lock_guard lock(mutex_);
    std::vector<ports::ProviderReceipt> due;
    const auto first_due = std::stable_partition(
        receipts_.begin(), receipts_.end(), [&](const DueReceipt& receipt) { return receipt.due > now; });
    for (auto receipt = first_due; receipt != receipts_.end(); ++receipt)
        due.push_back(std::move(receipt->receipt));
    receipts_.erase(first_due, receipts_.end());
    return due;
}

Instant Carrier::next_receipt(Instant otherwise) const {
    const std::lock_guard lock(mutex_);
    for (const auto& receipt : receipts_)
        otherwise = std::min(otherwise, receipt.due);
    return otherwise;
}

std::vector<InboxMessage> Carrier::messages(const std::optional<core::PhoneNumber>& to,
                                            std::size_t limit) const {
    const std::lock_guard lock(mutex_);
    std::vector<InboxMessage> newest;
    if (!to) {
        for (auto message = inbox_.rbegin(); message != inbox_.rend() && newest.size() < limit; ++message)
            newest.push_back(*message);
        return newest;
    }
    const auto found = by_number_.find(to->e164());
    if (found == by_number_.end())
        return newest;
    for (auto place = found->second.rbegin(); place != found->second.rend() && newest.size() < limit; ++place)
        newest.push_back(inbox_[*place - first_]);
    return newest;
}

} // namespace dialproof::dev
