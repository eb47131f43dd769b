#include "bench/load/cycles.h"

#include "base/base64.h"
#include "bench/load/member.h"
#include "bench/numbers.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <utility>

namespace dialproof::bench {

namespace {

const std::string json_body = "Content-Type: application/json\r\n";

std::string bearer(const std::string& token) { return "Authorization: Bearer " + token + "\r\n"; }

class OfCaller : public Cycle {
public:
    explicit OfCaller(Caller& caller) : caller_(caller) {}

    Task<bool> prepare() override { co_return true; }

protected:
    Run& run_data() { return caller_.run(); }
    std::string next_number() { return number_of(run_data().next_number++); }
    // Of this caller, in this run.
    [[nodiscard]] std::string user_name() {
        return run_data().run_name + "-" + std::to_string(caller_.index());
    }

    Caller& caller_;
};

// As large as the cycle of django_phone_verify, with nothing behind it.
class Echo final : public OfCaller {
public:
    using OfCaller::OfCaller;

    Task<bool> run() override {
        const std::string number = next_number();
        auto asking =
            caller_.ask("POST", "/echo/register", json_body, R"({"phone_number":")" + number + R"("})", 200);
        const auto first = co_await asking;
        if (!first)
            co_return false;
        auto asking_again = caller_.ask("POST", "/echo/verify", json_body, *first, 200);
        const auto second = co_await asking_again;
        co_return second.has_value();
    }
};

class DjangoPhoneVerify final : public OfCaller {
public:
    using OfCaller::OfCaller;

    Task<bool> run() override {
        const std::string number = next_number();
        OutgoingFile::Expected expected(*run_data().outgoing, number);
        std::string start = R"({"phone_number":")" + number + R"("})";
        const auto started =
            co_await caller_.ask("POST", "/api/phone/register", json_body, std::move(start), 200);
        if (!started)
            co_return false;
        const std::string code = co_await caller_.code_of(expected);
        if (code.empty())
            co_return false;
        std::string guess = R"({"phone_number":")" + number + R"(","session_token":")";
        guess.append(member(*started, "session_token")).append(R"(","security_code":")" + code + R"("})");
        const auto verified =
            co_await caller_.ask("POST", "/api/phone/verify", json_body, std::move(guess), 200);
        co_return verified.has_value();
    }
};

Task<bool> add_user(Caller& caller, std::string id) {
    const std::string fields = json_body + bearer(caller.run().admin_token);
    std::string body = R"({"userId":")" + id + R"(","username":")" + id +
                       R"(","profile":{"givenName":"Ada","familyName":"Meier"},"email":{"email":")" + id +
                       R"(@example.org","isVerified":true}})";
    auto adding = caller.ask("POST", "/v2/users/human", fields, std::move(body), 200);
    const auto added = co_await adding;
    co_return added.has_value();
}

// One user for each caller, who takes another number with each cycle. Without a file to read, the code is
// asked for with the number.
class Zitadel final : public OfCaller {
public:
    using OfCaller::OfCaller;

    Task<bool> prepare() override {
        fields_ = json_body + bearer(run_data().admin_token);
        const std::string user = user_name();
        phone_path_ = "/v2/users/" + user + "/phone";
        auto adding = add_user(caller_, user);
        const bool added = co_await adding;
        co_return added;
    }

    Task<bool> run() override {
        const std::string number = next_number();
        std::optional<OutgoingFile::Expected> expected;
        if (run_data().outgoing != nullptr)
            expected.emplace(*run_data().outgoing, number);
        std::string set = R"({"phone":")" + number + (expected ? R"("})" : R"(","returnCode":{}})");
        auto starting = caller_.ask("POST", phone_path_, fields_, std::move(set), 200);
        const auto started = co_await starting;
        if (!started)
            co_return false;
        std::string code(member(*started, "verificationCode"));
        if (expected)
            code = co_await caller_.code_of(*expected);
        if (code.empty())
            co_return false;
        std::string guess = R"({"verificationCode":")" + code + R"("})";
        const auto verified =
            co_await caller_.ask("POST", phone_path_ + "/verify", fields_, std::move(guess), 200);
        co_return verified.has_value();
    }

private:
    std::string fields_, phone_path_;
};

// One user and session for each caller, who takes another number with each cycle.
class PipSmsSettings final : public OfCaller {
public:
    using OfCaller::OfCaller;

    Task<bool> prepare() override {
        const std::string user = user_name();
        path_ = "/api/v1/sms_settings/" + user;
        std::string body = R"({"user_id":")" + user + R"(","administrator":false})";
        auto opening = caller_.ask("POST", "/admin/v1/sessions", json_body + bearer(run_data().admin_token),
                                   std::move(body), 201);
        const auto opened = co_await opening;
        if (!opened)
            co_return false;
        fields_ = json_body + "x-session-id: ";
        fields_.append(member(*opened, "session_id")).append("\r\n");
        co_return true;
    }

    Task<bool> run() override {
        const std::string number = next_number();
        OutgoingFile::Expected expected(*run_data().outgoing, number);
        std::string put = R"({"phone":")" + number + R"("})";
        auto starting = caller_.ask("PUT", path_, fields_, std::move(put), 200);
        const auto started = co_await starting;
        if (!started)
            co_return false;
        const std::string code = co_await caller_.code_of(expected);
        if (code.empty())
            co_return false;
        std::string guess = R"({"phone":")" + number + R"(","code":")" + code + R"("})";
        const auto verified =
            co_await caller_.ask("POST", "/api/v1/sms_settings/verify", json_body, std::move(guess), 204);
        co_return verified.has_value();
    }

private:
    std::string fields_, path_;
};

// HS256 (RFC 7518 section 3.2).
std::string signed_token(const std::string& claims, const std::string& key) {
    static const std::string head = to_base64url(R"({"alg":"HS256","typ":"JWT"})");
    const std::string text = head + "." + to_base64url(claims);
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
    unsigned size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), &size);
    return text + "." + to_base64url({reinterpret_cast<const char*>(mac.data()), size});
}

// Each caller has several users, whom he takes in turn: a user may ask for a code once in a second, so the
// server has to have `dialects.techno_sso.spam_penalty = "1s"`.
class TechnoSso final : public OfCaller {
public:
    using OfCaller::OfCaller;

    Task<bool> prepare() override {
        const auto expiry = std::chrono::system_clock::now() + std::chrono::hours(1);
        for (std::size_t i = 0; i < run_data().users_per_caller; ++i) {
            std::string id = user_id(i);
            auto adding = add_user(caller_, id);
            const bool added = co_await adding;
            if (!added)
                co_return false;
            const std::string claims = R"({"tdid":")" + id + R"(","exp":)" +
                                       std::to_string(std::chrono::system_clock::to_time_t(expiry)) + "}";
            User user;
            user.id = id;
            user.fields = json_body + bearer(signed_token(claims, run_data().jwt_key));
            users_.push_back(std::move(user));
        }
        co_return true;
    }

    Task<bool> run() override {
        User& user = users_[next_user_++ % users_.size()];
        co_await run_data().loop.sleep_until(user.free_at);
        user.free_at = Clock::now() + penalty;
        const std::string number = next_number();
        OutgoingFile::Expected expected(*run_data().outgoing, number);
        std::string put = R"({"phone":")" + number + R"("})";
        auto starting = caller_.ask("PUT", "/api/v1/profile/phone", user.fields, std::move(put), 201);
        const auto started = co_await starting;
        if (!started)
            co_return false;
        const std::string code = co_await caller_.code_of(expected);
        if (code.empty())
            co_return false;
        std::string guess = R"({"token":")" + code + R"(","tdid":")" + user.id + R"("})";
        auto verifying = caller_.ask("PUT", "/api/v1/auth/verify/token", json_body, std::move(guess), 200);
        const auto verified = co_await verifying;
        co_return verified.has_value();
    }

private:
    static constexpr std::chrono::milliseconds penalty{1100};
    struct User {
        std::string id, fields;
        Clock::time_point free_at{};
    };

    // 24 hexadecimal digits: those of the run's name, then those of the user.
    std::string user_id(std::size_t user) {
        std::array<char, 25> text{};
        std::snprintf(text.data(), text.size(), "%.12s%06x%06x", run_data().run_name.c_str(),
                      static_cast<unsigned>(caller_.index()) & 0xff'ffffU,
                      static_cast<unsigned>(user) & 0xff'ffffU);
        return text.data();
    }

    std::vector<User> users_;
    std::size_t next_user_ = 0;
};

template <typename T>
std::unique_ptr<Cycle> make(Caller& caller) {
    return std::make_unique<T>(caller);
}

constexpr std::array<std::pair<const char*, std::unique_ptr<Cycle> (*)(Caller&)>, 5> makers{{
    {"echo", make<Echo>},
    {"django_phone_verify", make<DjangoPhoneVerify>},
    {"zitadel", make<Zitadel>},
    {"pip_sms_settings", make<PipSmsSettings>},
    {"techno_sso", make<TechnoSso>},
}};

} // namespace

const std::vector<std::string>& cycle_names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all;
        for (const auto& [name, maker] : makers)
            all.emplace_back(name);
        return all;
    }();
    return names;
}

std::unique_ptr<Cycle> make_cycle(std::string_view name, Caller& caller) {
    for (const auto& [known, maker] : makers)
        if (name == known)
            return maker(caller);
    std::abort();
}

} // namespace dialproof::bench
