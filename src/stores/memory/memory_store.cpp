#include "stores/memory/memory_store.h"

#include "stores/record/lifetimes.h"
#include "stores/record/numbers.h"
#include "stores/record/outbox_rules.h"
#include "stores/record/rows.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace dialproof::stores {

using namespace ports;

template <typename Change>
void MemoryStore::Data::change(Queued& queued, Change change) {
    if (queued.available_at)
        waiting.erase({*queued.available_at, queued.order});
    change();
    if (queued.available_at)
        waiting.emplace(std::pair(*queued.available_at, queued.order), &queued);
}

class MemoryStore::Draft {
public:
    explicit Draft(const Data& data) : data_(data), version_floor_(data.version_floor) {}

    Result<Committed, CommitFailure> add(const Changes& changes) {
        const auto stored = [this](const auto& each) { return add(each); };
        const bool fits = std::all_of(changes.puts.begin(), changes.puts.end(), stored) &&
                          std::all_of(changes.erases.begin(), changes.erases.end(), stored) &&
                          std::all_of(changes.events.begin(), changes.events.end(), stored) &&
                          std::all_of(changes.messages.begin(), changes.messages.end(), stored);
        if (!fits)
            return fail(CommitFailure(Fault::conflict));
        for (const auto& charge : changes.charges)
            step(charge, changes.now);
        if (over_limit_)
            return fail(CommitFailure(*over_limit_));
        return committed_;
    }

    void apply_to(Data& data) && {
        for (auto& [key, row] : rows_) {
            index(data, key, false);
            if (row)
                data.rows.insert_or_assign(key, *std::move(row));
            else
                data.rows.erase(key);
            index(data, key, true);
        }
        data.events.merge(events_);
        for (auto& [id, queued] : messages_) {
            queued.order = ++data.messages_stored;
            Queued& stored = data.messages.emplace(id, std::move(queued)).first->second;
            if (stored.available_at)
                data.waiting.emplace(std::pair(*stored.available_at, stored.order), &stored);
        }
        for (const auto& [limiter, state] : limiters_)
            data.limiters.insert_or_assign(limiter, state);
        data.version_floor = version_floor_;
    }

private:
    std::uint64_t version_of(const Key& key) const {
        if (const auto drafted = rows_.find(key); drafted != rows_.end())
            return drafted->second ? drafted->second->version : 0;
        const auto stored = data_.rows.find(key);
        return stored == data_.rows.end() ? 0 : stored->second.version;
    }
    bool add(const Put& put) {
        const Key key = key_of(*put.row);
        if (version_of(key) != put.expected)
            return false;
        const std::uint64_t before = put.expected == 0 ? version_floor_ : put.expected;
        rows_.insert_or_assign(key, Versioned{put.row, before + 1});
        committed_.versions.push_back(before + 1);
        return true;
    }
    bool add(const Erase& erase) {
        if (version_of(erase.key) != erase.expected)
            return false;
        rows_.insert_or_assign(erase.key, std::nullopt);
        version_floor_ = std::max(version_floor_, erase.expected);
        return true;
    }
    bool add(const EventRecord& event) {
        const EventKey key{event.kind, event.stream, event.sequence};
        return !data_.events.contains(key) && events_.emplace(key, event).second;
    }
    bool add(const NewMessage& fresh) {
        const Message& message = fresh.message;
        const auto available_at = fresh.lease.empty() ? message.due_at : std::optional(fresh.leased_until);
        return !data_.messages.contains(message.id) &&
               messages_.emplace(message.id, Queued{message, 0, available_at, fresh.lease}).second;
    }
    void step(const Charge& charge, Instant now) {
        if (!charge.rate.limited())
            return;
        const auto drafted = limiters_.find(charge.limiter);
        const auto stored = data_.limiters.find(charge.limiter);
        core::GcraState state{};
        if (drafted != limiters_.end())
            state = drafted->second;
        else if (stored != data_.limiters.end())
            state = stored->second;
        const auto stepped = core::gcra_step(state, charge.rate, now);
        if (stepped)
            limiters_.insert_or_assign(charge.limiter, *stepped);
        else if (!over_limit_ || over_limit_->retry_at < stepped.error())
            over_limit_ = OverLimit{charge.limiter, stepped.error()};
    }

    const Data& data_;
    std::uint64_t version_floor_;
    std::map<Key, std::optional<Versioned>> rows_;
    std::map<EventKey, EventRecord> events_;
    std::map<core::MessageId, Queued> messages_;
    std::map<std::string, core::GcraState> limiters_;
    std::optional<OverLimit> over_limit_;
    Committed committed_;
};

// Adds the user of that key, as stored, to those who are found by their numbers, or takes it away.
void MemoryStore::index(Data& data, const Key& key, bool add) {
    const auto stored = data.rows.find(key);
    const auto* user = stored == data.rows.end() ? nullptr : stored->second.row.as<core::User>();
    if (!user)
        return;
    for (const auto& number : numbers_of(*user)) {
        if (add)
            data.owners[number].insert(user->id);
        else if (auto& owners = data.owners[number]; owners.erase(user->id) > 0 && owners.empty())
            data.owners.erase(number);
    }
}

// Does `work` under the mutex and answers through the executor of the coroutine that waits.
template <typename T, typename Work>
Task<T> MemoryStore::answer(Work work) {
    auto wait = suspend_until<T>([this, &work](Completer<T> done) {
        std::unique_lock lock(mutex_);
        T result = work(data_);
        lock.unlock();
        done(std::move(result));
    });
    T result = co_await wait;
    co_return result;
}

Task<Result<Loaded, Fault>> MemoryStore::load(std::vector<Key> keys) {
    return answer<Result<Loaded, Fault>>([keys = std::move(keys)](const Data& data) {
        std::vector<std::pair<Key, Stored>> rows;
        for (const auto& key : keys) {
            const auto found = data.rows.find(key);
            if (found == data.rows.end())
                rows.emplace_back(key, Stored{});
            else
                rows.emplace_back(key, Stored{found->second.row, found->second.version});
        }
        return Loaded(std::move(rows));
    });
}

Task<Result<Committed, CommitFailure>> MemoryStore::commit(Changes changes) {
    using Answer = Result<Committed, CommitFailure>;
    return answer<Answer>([changes = std::move(changes)](Data& data) {
        Draft draft(data);
        Answer result = draft.add(changes);
        if (result)
            std::move(draft).apply_to(data);
        return result;
    });
}

Task<Result<std::vector<ClaimedMessage>, Fault>>
MemoryStore::claim_messages(unsigned limit, Milliseconds lease, Instant now) {
    return answer<Result<std::vector<ClaimedMessage>, Fault>>([=](Data& data) {
        std::vector<Queued*> due;
        for (auto next = data.waiting.begin();
             next != data.waiting.end() && next->first.first <= now && due.size() < limit; ++next)
            due.push_back(next->second);
        std::vector<ClaimedMessage> claimed;
        for (Queued* queued : due) {
            const bool abandoned = !queued->lease.empty();
            data.change(*queued, [&] {
                queued->lease = "lease-" + std::to_string(++data.leases_given);
                queued->available_at = now + lease;
                queued->message = after_claim(queued->message, abandoned);
            });
            claimed.push_back(ClaimedMessage{queued->message, queued->lease, abandoned});
        }
        return claimed;
    });
}

Task<Result<Committed, Fault>> MemoryStore::settle_message(Settlement settlement) {
    using Answer = Result<Committed, Fault>;
    return answer<Answer>([settlement = std::move(settlement)](Data& data) -> Answer {
        const auto found = data.messages.find(settlement.message.id);
        if (found == data.messages.end() || found->second.lease.empty() ||
            found->second.lease != settlement.lease)
            return fail(Fault::conflict);
        Queued& queued = found->second;
        data.change(queued, [&] {
            queued.message = after_settlement(queued.message, settlement.message);
            queued.available_at = queued.message.due_at;
            queued.lease.clear();
        });
        if (settlement.by_reference && !settlement.message.tries.empty()) {
            const Attempt& attempt = settlement.message.tries.back();
            data.references.emplace_back(attempt.provider,
                                         SentReference{queued.message.id, attempt.number, attempt.reference,
                                                       queued.message.to, attempt.at});
        }
        return Committed{};
    });
}

Task<Result<Recorded, Fault>> MemoryStore::record_receipt(Receipt receipt) {
    return answer<Result<Recorded, Fault>>([receipt = std::move(receipt)](Data& data) {
        const auto found = data.messages.find(receipt.message);
        if (found == data.messages.end())
            return Recorded{};
        Queued& queued = found->second;
        auto moved = after_receipt(queued.message, !queued.lease.empty(), receipt);
        const auto did = recorded(queued.message, moved);
        if (did.changed)
            data.change(queued, [&] {
                queued.message = *std::move(moved);
                if (queued.lease.empty() || is_final(queued.message.state))
                    queued.available_at = queued.message.due_at;
            });
        return did;
    });
}

Task<Result<std::vector<SentReference>, Fault>>
MemoryStore::sent_references(std::string provider, std::vector<std::string> references,
                             std::optional<core::PhoneNumber> to, unsigned limit) {
    using Answer = Result<std::vector<SentReference>, Fault>;
    return answer<Answer>([provider = std::move(provider), references = std::move(references),
                           to = std::move(to), limit](const Data& data) {
        std::vector<SentReference> found;
        const auto find = [&](auto fits) {
            for (auto sent = data.references.rbegin(); sent != data.references.rend(); ++sent)
                if (sent->first == provider && fits(sent->second) && found.size() < limit)
                    found.push_back(sent->second);
        };
        for (const auto& reference : references)
            find([&](const SentReference& sent) { return sent.reference == reference; });
        if (found.empty() && to)
            find([&](const SentReference& sent) { return sent.to == *to; });
        return found;
    });
}

Task<Result<std::optional<Instant>, Fault>> MemoryStore::next_due() {
    return answer<Result<std::optional<Instant>, Fault>>([](const Data& data) {
        return data.waiting.empty() ? std::nullopt : std::optional(data.waiting.begin()->first.first);
    });
}

Task<Result<std::vector<core::PhoneNumber>, Fault>>
MemoryStore::line_numbers(std::optional<core::PhoneNumber> after, unsigned limit) {
    using Answer = Result<std::vector<core::PhoneNumber>, Fault>;
    return answer<Answer>([after = std::move(after), limit](const Data& data) {
        std::vector<core::PhoneNumber> numbers;
        auto row = after ? data.rows.upper_bound(Key(*after)) : data.rows.begin();
        for (; row != data.rows.end() && numbers.size() < limit; ++row)
            if (const auto* number = std::get_if<core::PhoneNumber>(&row->first))
                numbers.push_back(*number);
        return numbers;
    });
}

Task<Result<Loaded, Fault>> MemoryStore::users_of(core::PhoneNumber number, unsigned limit) {
    return answer<Result<Loaded, Fault>>([number = std::move(number), limit](const Data& data) {
        std::vector<std::pair<Key, Stored>> users;
        if (const auto owners = data.owners.find(number); owners != data.owners.end())
            for (const auto& id : owners->second) {
                const auto& stored = data.rows.at(id);
                users.emplace_back(id, Stored{stored.row, stored.version});
            }
        const auto changed_at = [](const auto& user) {
            return user.second.row.template as<core::User>()->changed_at;
        };
        std::stable_sort(users.begin(), users.end(),
                         [&](const auto& a, const auto& b) { return changed_at(a) > changed_at(b); });
        users.resize(std::min<std::size_t>(users.size(), limit));
        return Loaded(std::move(users));
    });
}

Task<Result<std::vector<EventRecord>, Fault>> MemoryStore::events_of(StreamKind kind, std::string stream) {
    return answer<Result<std::vector<EventRecord>, Fault>>(
        [kind, stream = std::move(stream)](const Data& data) {
            std::vector<EventRecord> events;
            for (auto at = data.events.lower_bound(EventKey{kind, stream, 0});
                 at != data.events.end() && at->second.kind == kind && at->second.stream == stream; ++at)
                events.push_back(at->second);
            return events;
        });
}

Task<Result<std::vector<Message>, Fault>> MemoryStore::messages_of(core::VerificationId verification) {
    using Answer = Result<std::vector<Message>, Fault>;
    return answer<Answer>([verification = std::move(verification)](const Data& data) {
        std::map<std::uint64_t, Message> in_order;
        for (const auto& [id, queued] : data.messages)
            if (queued.message.verification == verification)
                in_order.emplace(queued.order, queued.message);
        std::vector<Message> messages;
        for (const auto& [order, message] : in_order)
            messages.push_back(message);
        return messages;
    });
}

Task<Result<std::vector<core::VerificationId>, Fault>> MemoryStore::verifications_of(core::PhoneNumber number,
                                                                                     unsigned limit) {
    using Answer = Result<std::vector<core::VerificationId>, Fault>;
    return answer<Answer>([number = std::move(number), limit](const Data& data) {
        std::vector<const core::Verification*> newest_first;
        for (const auto& [key, stored] : data.rows)
            if (const auto* v = stored.row.as<core::Verification>(); v && v->number == number)
                newest_first.push_back(v);
        std::stable_sort(newest_first.begin(), newest_first.end(),
                         [](const auto* a, const auto* b) { return a->created_at > b->created_at; });
        std::vector<core::VerificationId> ids;
        for (const auto* v : newest_first)
            if (ids.size() < limit)
                ids.push_back(v->id);
        return ids;
    });
}

Task<Result<std::vector<Credential>, Fault>> MemoryStore::credentials(CredentialKind kind, unsigned limit) {
    return answer<Result<std::vector<Credential>, Fault>>([kind, limit](const Data& data) {
        std::vector<Credential> list;
        for (const auto& [key, stored] : data.rows) {
            const auto* credential = stored.row.as<Credential>();
            if (credential && credential->kind == kind)
                list.push_back(*credential);
        }
        std::sort(list.begin(), list.end(), [](const Credential& a, const Credential& b) {
            return std::tie(b.created_at, b.hash) < std::tie(a.created_at, a.hash);
        });
        list.resize(std::min<std::size_t>(list.size(), limit));
        return list;
    });
}

namespace {

std::uint64_t& counter(Pruned& pruned, RowKind kind) {
    switch (kind) {
    case RowKind::verification:
        return pruned.verifications;
    case RowKind::line:
        return pruned.lines;
    case RowKind::credential:
        return pruned.credentials;
    case RowKind::user:
    case RowKind::binding:
        break;
    }
    std::abort(); // these have no end
}

} // namespace

Task<Result<Pruned, Fault>> MemoryStore::prune(Retention retention) {
    return answer<Result<Pruned, Fault>>([retention](Data& data) {
        const auto is_old = [&retention](const std::optional<Instant>& end) {
            return end && *end < retention.ended_before;
        };
        Pruned pruned;
        std::erase_if(data.rows, [&](const auto& entry) {
            if (!is_old(ended_at(*entry.second.row)))
                return false;
            ++counter(pruned, kind_of(entry.first));
            data.version_floor = std::max(data.version_floor, entry.second.version);
            return true;
        });
        pruned.messages = std::erase_if(data.messages, [&](const auto& entry) {
            const Queued& queued = entry.second;
            if (!is_old(ended_at(queued.message)))
                return false;
            if (queued.available_at)
                data.waiting.erase({*queued.available_at, queued.order});
            return true;
        });
        pruned.references =
            std::erase_if(data.references, [&](const auto& entry) { return is_old(entry.second.at); });
        pruned.events =
            std::erase_if(data.events, [&](const auto& entry) { return is_old(entry.second.at); });
        pruned.limiters = std::erase_if(
            data.limiters, [&](const auto& entry) { return entry.second <= core::GcraState(retention.now); });
        return pruned;
    });
}

Task<Result<Committed, Fault>> MemoryStore::probe() {
    return answer<Result<Committed, Fault>>([](const Data&) { return Committed{}; });
}

} // namespace dialproof::stores
