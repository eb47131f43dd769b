#include "store_under_test.h"

#include <algorithm>
#include <barrier>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <stdexcept>

#include <unistd.h>

namespace dialproof::test {

TempFolder::TempFolder() {
    std::string made = (std::filesystem::temp_directory_path() / "dialproof-test-XXXXXX").string();
    if (::mkdtemp(made.data()) == nullptr)
        throw std::runtime_error("no temporary folder");
    path_ = made;
}

TempFolder::~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::size_t RecordingLog::count(std::string_view event) const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::count(events_.begin(), events_.end(), event));
}

stores::SqliteConfig small_sqlite(const std::string& path) {
    stores::SqliteConfig config;
    config.path = path;
    config.wal_bytes = 512 * 1024;
    config.busy_timeout = Milliseconds(5000);
    return config;
}

Instant at(std::int64_t seconds) { return Instant(Seconds(1'760'000'000 + seconds)); }

core::PhoneNumber number(unsigned n) {
    std::string digits = std::to_string(1'000'000 + n);
    return *core::PhoneNumber::parse("+417900" + digits.substr(1));
}

core::Verification verification(const std::string& id) {
    core::Verification v;
    v.id = core::VerificationId(id);
    v.service = core::ServiceName("default");
    v.number = number(1);
    v.dialect = "zitadel";
    v.locale = "en";
    v.created_at = at(0);
    v.changed_at = at(0);
    v.expires_at = at(600);
    return v;
}

core::User user(const std::string& id) {
    core::User u;
    u.id = core::UserId(id);
    u.service = core::ServiceName("default");
    u.attributes = {{"given_name", "Zoë \"Z\"\n"}};
    u.phones = {core::Phone{number(2), at(3), true}};
    u.created_at = at(0);
    u.changed_at = at(3);
    u.sequence = 2;
    return u;
}

core::Line line(unsigned n, unsigned misses_in_row) {
    return core::Line{number(n), {at(0)}, {at(1)}, misses_in_row};
}

ports::Binding binding(const std::string& name, const std::string& target) {
    return ports::Binding{core::BindingName(name), target};
}

ports::Credential credential(const std::string& hash, ports::CredentialKind kind, Instant created_at) {
    ports::Credential c;
    c.hash = core::CredentialHash(hash);
    c.kind = kind;
    c.label = "for the tests";
    c.roles = {"user.read", "user.write"};
    c.created_at = created_at;
    return c;
}

ports::EventRecord event(const std::string& stream, std::uint64_t sequence) {
    return ports::EventRecord{
        ports::StreamKind::verification, stream, sequence, at(0), "code_made", R"({"generation":1})"};
}

ports::Message message(const std::string& id, Instant due_at) {
    return ports::Message{.id = core::MessageId(id),
                          .verification = core::VerificationId("v-" + id),
                          .generation = 1,
                          .to = number(1),
                          .service = core::ServiceName("default"),
                          .channel = core::Channel::sms,
                          .locale = "en",
                          .state = ports::MessageState::queued,
                          .created_at = at(0),
                          .changed_at = at(0),
                          .due_at = due_at,
                          .expires_at = due_at + Seconds(600),
                          .attempts = 0,
                          .error = "",
                          .tries = {},
                          .autofill = {"app.example.com", "FA+9qCX9VSu"}};
}

ports::Attempt attempt(unsigned place, const std::string& provider) {
    ports::Attempt made;
    made.number = place;
    made.provider = provider;
    made.at = at(1);
    made.outcome = ports::SubmitOutcome::accepted;
    made.reference = "ref-1";
    return made;
}

core::BindingName name(const std::string& text) { return core::BindingName(text); }

Change& Change::when(Instant now) {
    changes.now = now;
    return *this;
}

Change& Change::put(ports::Row row, std::uint64_t expected) {
    changes.puts.push_back(ports::Put{std::move(row), expected});
    return *this;
}

Change& Change::erase(ports::Key key, std::uint64_t expected) {
    changes.erases.push_back(ports::Erase{std::move(key), expected});
    return *this;
}

Change& Change::event(ports::EventRecord record) {
    changes.events.push_back(std::move(record));
    return *this;
}

Change& Change::message(ports::NewMessage message) {
    changes.messages.push_back(std::move(message));
    return *this;
}

Change& Change::charge(const std::string& limiter, core::Rate rate) {
    changes.charges.push_back(ports::Charge{limiter, rate});
    return *this;
}

void in_parallel(unsigned threads, const std::function<void(unsigned)>& work) {
    std::barrier together(threads);
    std::vector<std::future<void>> running;
    for (unsigned i = 0; i < threads; ++i)
        running.push_back(std::async(std::launch::async, [&, i] {
            together.arrive_and_wait();
            work(i);
        }));
    for (auto& each : running)
        each.get();
}

} // namespace dialproof::test
