#include "flows/draft.h"

#include "flows/event_record.h"

#include <algorithm>

namespace dialproof::flows {

Draft::Draft(ports::Loaded loaded, std::shared_ptr<const core::Rules> rules, Instant now) :
    loaded_(std::move(loaded)), rules_(std::move(rules)) {
    changes_.now = now;
}

bool Draft::has(const std::vector<ports::Key>& keys) {
    for (const auto& key : keys) {
        const auto& rows = loaded_.rows();
        if (std::none_of(rows.begin(), rows.end(), [&](const auto& row) { return row.first == key; }))
            missing_.push_back(key);
    }
    return missing_.empty();
}

core::Line Draft::line(const core::PhoneNumber& number) const {
    const auto* line = find<core::Line>(number);
    return line ? *line : core::Line{number, {}, {}, 0};
}

core::Verification Draft::change(const core::Verification& before,
                                 const std::vector<core::VerificationEvent>& events) {
    core::Verification after = before;
    for (const auto& event : events) {
        after = core::apply(std::move(after), event);
        changes_.events.push_back(record_of(event, after));
    }
    if (!events.empty())
        put(after);
    return after;
}

core::User Draft::change(const core::User& before, const std::vector<core::UserEvent>& events) {
    core::User after = before;
    for (const auto& event : events) {
        after = core::apply(std::move(after), event);
        changes_.events.push_back(record_of(event, after));
    }
    if (!events.empty())
        put(after);
    return after;
}

core::Line Draft::change(const core::Line& before, const core::LineEvent& event) {
    core::Line after = core::apply(before, event, rules_->line);
    put(after);
    return after;
}

void Draft::put(ports::Row row) {
    const ports::Key key = ports::key_of(row);
    const auto known = std::find_if(changes_.puts.begin(), changes_.puts.end(),
                                    [&](const ports::Put& p) { return ports::has_key(*p.row, key); });
    if (known != changes_.puts.end())
        known->row = std::move(row);
    else
        changes_.puts.push_back({std::move(row), loaded_.version(key)});
}

void Draft::erase(const ports::Key& key) {
    if (const auto version = loaded_.version(key); version > 0)
        changes_.erases.push_back({key, version});
}

void Draft::send(ports::Message message) { changes_.messages.push_back(std::move(message)); }

void Draft::charge(std::string limiter, core::Rate rate) {
    changes_.charges.push_back({std::move(limiter), rate});
}

bool Draft::empty() const {
    return changes_.puts.empty() && changes_.erases.empty() && changes_.messages.empty() &&
           changes_.charges.empty();
}

const ports::Put* Draft::put_of(const ports::Key& key) const {
    const auto found = std::find_if(changes_.puts.begin(), changes_.puts.end(),
                                    [&](const ports::Put& p) { return ports::has_key(*p.row, key); });
    return found == changes_.puts.end() ? nullptr : &*found;
}

} // namespace dialproof::flows
