// What is kept: verifications, users, lines, bindings, credentials, limiters, events and messages.
//
// Every row has a version: above 0 when it is first stored, +1 with each change. A row that comes back after
// it was erased or pruned starts above every version it had. A use case loads rows, decides, and commits the
// new ones with the versions it loaded; where one of them moved, nothing of the commit happens. So a
// decision on a stale row is harmless, and rows may be cached.
//
// Any adapter may be called from any thread; the waiting coroutine goes on on its own executor.
#pragma once

#include "base/instant.h"
#include "base/result.h"
#include "base/task.h"
#include "core/gcra.h"
#include "core/ids.h"
#include "core/line.h"
#include "core/permission.h"
#include "core/user.h"
#include "core/verification.h"
#include "ports/fault.h"
#include "ports/message.h"

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace dialproof::ports {

// A unique name and the id it leads to. Whoever stores one with expected version 0 owns the name.
struct Binding {
    core::BindingName name;
    std::string target;

    friend bool operator==(const Binding&, const Binding&) = default;
};

enum class CredentialKind { api_token, session };

// What a caller's secret stands for. The secret itself is stored nowhere: `hash` is a keyed hash of it, and
// the name by which an operator means it.
struct Credential {
    core::CredentialHash hash;
    CredentialKind kind = CredentialKind::api_token;
    std::string label;
    std::optional<core::UserId> user;
    std::optional<core::ServiceName> service;
    std::set<std::string> roles;
    Instant created_at;
    std::optional<Instant> expires_at;
    std::optional<Instant> revoked_at;

    friend bool operator==(const Credential&, const Credential&) = default;
};

using Row = std::variant<core::Verification, core::User, core::Line, Binding, Credential>;
using Key = std::variant<core::VerificationId, core::UserId, core::PhoneNumber, core::BindingName,
                         core::CredentialHash>;

Key key_of(const Row& row);
// The text of a key, whatever its kind.
const std::string& text_of(const Key& key);
const std::string& key_text(const Row& row);
bool has_key(const Row& row, const Key& key);

// A row, or none. Nobody changes it any more, so a cache, a draft and a commit share it.
class SharedRow {
public:
    SharedRow() = default;
    template <std::convertible_to<Row> T>
    SharedRow(T row) : row_(std::make_shared<const Row>(std::move(row))) {} // NOLINT: a row is a shared row

    explicit operator bool() const { return row_ != nullptr; }
    const Row& operator*() const { return *row_; }
    // The row as a T; null where it is none.
    template <typename T>
    [[nodiscard]] const T* as() const {
        return row_ ? std::get_if<T>(row_.get()) : nullptr;
    }

    friend bool operator==(const SharedRow& a, const SharedRow& b) {
        return a.row_ == b.row_ || (a.row_ && b.row_ && *a.row_ == *b.row_);
    }

private:
    std::shared_ptr<const Row> row_;
};

// A row as it is stored; version 0 and no row where there is none.
struct Stored {
    SharedRow row;
    std::uint64_t version = 0;
};

// The rows that were asked for, in that order.
class Loaded {
public:
    Loaded() = default;
    explicit Loaded(std::vector<std::pair<Key, Stored>> rows) : rows_(std::move(rows)) {}

    // The row of that key, or null. T is the row's type: loaded.find<core::User>(id).
    template <typename T, typename K>
    [[nodiscard]] const T* find(const K& key) const {
        for (const auto& [k, stored] : rows_)
            if (const auto* own = std::get_if<K>(&k); own && *own == key)
                return stored.row.template as<T>();
        return nullptr;
    }
    [[nodiscard]] std::uint64_t version(const Key& key) const {
        for (const auto& [k, stored] : rows_)
            if (k == key)
                return stored.version;
        return 0;
    }
    [[nodiscard]] const std::vector<std::pair<Key, Stored>>& rows() const { return rows_; }

private:
    std::vector<std::pair<Key, Stored>> rows_;
};

struct Put {
    SharedRow row;
    std::uint64_t expected = 0; // the version that was loaded; 0: there must be none
};

struct Erase {
    Key key;
    std::uint64_t expected = 0;
};

enum class StreamKind { verification, user };

std::string_view to_text(StreamKind kind);
std::optional<StreamKind> parse_stream_kind(std::string_view text);

// One fact, appended, never changed. `data` is a JSON object and holds no code.
struct EventRecord {
    StreamKind kind = StreamKind::verification;
    std::string stream; // the id of the verification or user
    std::uint64_t sequence = 0;
    Instant at;
    std::string type; // "code_made"
    std::string data;

    friend bool operator==(const EventRecord&, const EventRecord&) = default;
};

// One event against a limiter that all callers share. The store steps the limiter inside the commit,
// so two commits never conflict over it; where it does not conform, the whole commit is refused.
struct Charge {
    std::string limiter; // "sends:country:default:KZ"
    core::Rate rate;
};

// A message as it is first stored. With a lease, whoever stores it sends it at once: its `attempts` count
// that.
struct NewMessage {
    NewMessage(Message m) : message(std::move(m)) {} // NOLINT: without a lease, a message is all there is

    Message message;
    std::string lease;
    Instant leased_until;
};

struct Changes {
    Instant now; // the time of the decision, which the limiters are stepped at
    std::vector<Put> puts;
    std::vector<Erase> erases;
    std::vector<EventRecord> events;
    std::vector<NewMessage> messages;
    std::vector<Charge> charges;
};

struct OverLimit {
    std::string limiter;
    Instant retry_at;

    friend bool operator==(const OverLimit&, const OverLimit&) = default;
};

using CommitFailure = std::variant<Fault, OverLimit>;
struct Committed {
    std::vector<std::uint64_t> versions{}; // of a commit's puts, in their order
    friend bool operator==(const Committed&, const Committed&) = default;
};

// A message that its caller may send until the lease runs out, and the token that proves it.
struct ClaimedMessage {
    Message message;
    std::string lease;
    bool abandoned = false; // its last holder never settled it: it may have left already
};

// What became of a claimed message. `message` carries the new state, and the new attempt as the last of its
// tries; it is taken up again at its `due_at`.
struct Settlement {
    Message message;
    std::string lease;
    // Receipts will name the last attempt by its reference and recipient alone; by the latter alone where the
    // reference is empty.
    bool by_reference = false;
};

struct Receipt {
    core::MessageId message;
    MessageState state = MessageState::unknown; // sent, delivered, failed or expired
    Instant at;
    std::string error;
    unsigned attempt = 0;        // 0: the last
    bool another_may_try = true; // else a failure is the end of the message
    std::optional<Price> price{};
};

// What a receipt did.
struct Recorded {
    bool known = false;                         // there is such a message
    bool changed = false;                       // it told something new
    MessageState state = MessageState::unknown; // of the message now
    core::VerificationId verification;
    std::optional<Price> price{}; // of the attempt, where nobody had told it before

    friend bool operator==(const Recorded&, const Recorded&) = default;
};

// An attempt that its provider took, by the provider's id.
struct SentReference {
    core::MessageId message;
    unsigned attempt = 0;
    std::string reference;
    core::PhoneNumber to;
    Instant at;

    friend bool operator==(const SentReference&, const SentReference&) = default;
};

// Users and bindings stay. A line goes when it has no run of misses and nothing happened on it since
// `ended_before`, which therefore lies further back than the longest window of the line policy.
struct Retention {
    // What ended or expired before this goes: verifications, messages, credentials; and older events.
    Instant ended_before;
    Instant now; // limiters that are idle by now go
};

struct Pruned {
    std::uint64_t verifications = 0, messages = 0, references = 0, events = 0, limiters = 0, lines = 0,
                  credentials = 0;
};

class Store {
public:
    virtual ~Store() = default;

    // The named rows, as one consistent read.
    virtual Task<Result<Loaded, Fault>> load(std::vector<Key> keys) = 0;

    // Stores all of `changes` or none; when it answers, they are on disk. `conflict`: a version moved, or an
    // event's sequence is taken. `unknown_outcome`: it may be stored; load before telling anyone.
    // OverLimit names, of the limiters that refuse, the one that takes longest; a conflict comes before it.
    virtual Task<Result<Committed, CommitFailure>> commit(Changes changes) = 0;

    // Takes up to `limit` messages that are due and not leased, first the one that is waiting longest since
    // it was due or its last lease ran out. The claim counts: each comes, and is stored, with one attempt
    // more.
    virtual Task<Result<std::vector<ClaimedMessage>, Fault>>
    claim_messages(unsigned limit, Milliseconds lease, Instant now) = 0;
    // `conflict`: the lease ran out and someone else has or had the message. Where a receipt was faster, what
    // it told stands (stores/record/outbox_rules.h).
    virtual Task<Result<Committed, Fault>> settle_message(Settlement settlement) = 0;
    // Keeps what a receipt tells of an attempt. Delivered is the end of the message. A failure of its last
    // attempt makes it due at once, for another provider, or is its end. What would move it back changes
    // nothing.
    virtual Task<Result<Recorded, Fault>> record_receipt(Receipt receipt) = 0;
    // Attempts that were settled `by_reference` with one of these ids of that provider, newest first; where
    // there are none, those of that provider to `to`, newest first. At most `limit`.
    virtual Task<Result<std::vector<SentReference>, Fault>>
    sent_references(std::string provider, std::vector<std::string> references,
                    std::optional<core::PhoneNumber> to, unsigned limit) = 0;
    // When the next message is due or its lease ends; nothing where none is.
    virtual Task<Result<std::optional<Instant>, Fault>> next_due() = 0;

    // Numbers that have a line, in the order of their text from the one after `after`; at most `limit`.
    virtual Task<Result<std::vector<core::PhoneNumber>, Fault>>
    line_numbers(std::optional<core::PhoneNumber> after, unsigned limit) = 0;
    // Users, whatever their service, who have that number or are to prove it; at most `limit`, those who
    // changed last first. One consistent read, as of `load`.
    virtual Task<Result<Loaded, Fault>> users_of(core::PhoneNumber number, unsigned limit) = 0;
    virtual Task<Result<std::vector<EventRecord>, Fault>> events_of(StreamKind kind, std::string stream) = 0;
    virtual Task<Result<std::vector<Message>, Fault>> messages_of(core::VerificationId verification) = 0;
    // Of that number, whoever started them, newest first; at most `limit`. May take long in a large store:
    // for operators.
    virtual Task<Result<std::vector<core::VerificationId>, Fault>> verifications_of(core::PhoneNumber number,
                                                                                    unsigned limit) = 0;
    // By creation, newest first, at most `limit`; revoked ones too.
    virtual Task<Result<std::vector<Credential>, Fault>> credentials(CredentialKind kind, unsigned limit) = 0;

    // Removes what is older than the retention allows, in pieces that do not hold up commits.
    virtual Task<Result<Pruned, Fault>> prune(Retention retention) = 0;

    // Whether a commit would work now: writes and reads back.
    virtual Task<Result<Committed, Fault>> probe() = 0;
};

} // namespace dialproof::ports
