// An HTTP client for the tests of senders: it remembers what it was asked, and answers what it was told to.
#pragma once

#include "ports/http_client.h"
#include "ports/sender.h"

#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace dialproof::http_sending {

class TestHttpClient final : public ports::HttpClient {
public:
    using Answer = Result<ports::HttpReply, ports::HttpFailure>;

    Task<Answer> fetch(ports::HttpCall call) override {
        calls.push_back(std::move(call));
        auto answer = next_;
        if (!queued_.empty()) {
            answer = std::move(queued_.front());
            queued_.pop_front();
        }
        co_return std::move(answer);
    }

    // To all calls from now on.
    void answers(unsigned status, std::string body, ports::HttpFields headers = {}) {
        next_ = reply(status, std::move(body), std::move(headers));
    }
    void fails(bool maybe_sent, std::string error) {
        next_ = fail(ports::HttpFailure{maybe_sent, std::move(error)});
    }
    // To one call each, in this order, before those above.
    void answers_next(unsigned status, std::string body) {
        queued_.push_back(reply(status, std::move(body), {}));
    }
    void fails_next(bool maybe_sent, std::string error) {
        queued_.push_back(fail(ports::HttpFailure{maybe_sent, std::move(error)}));
    }

    // As text: "POST URL\nname: value\n\nbody".
    [[nodiscard]] std::string last() const {
        const auto& call = calls.back();
        std::string text = call.method + " " + call.url + "\n";
        for (const auto& [name, value] : call.headers)
            text.append(name).append(": ").append(value).append("\n");
        return text + "\n" + call.body.reveal();
    }

    std::vector<ports::HttpCall> calls;

private:
    static Answer reply(unsigned status, std::string body, ports::HttpFields headers) {
        ports::HttpReply answer;
        answer.status = status;
        answer.body = std::move(body);
        answer.headers = std::move(headers);
        return answer;
    }

    Answer next_ = fail(ports::HttpFailure{false, "connect_failed"});
    std::deque<Answer> queued_;
};

// A text whose code lives ten minutes from the time of ManualClock.
inline ports::OutgoingText text_to_send() {
    const auto now = *parse_rfc3339("2026-01-05T10:00:00Z");
    return {core::MessageId("m1"),
            *core::PhoneNumber::parse("+41791234567"),
            core::ServiceName("default"),
            "sms",
            Secret<std::string>("Код 123456 & \"so\""),
            Secret<std::string>("123456"),
            now,
            now + Seconds(600),
            1,
            "Acme",
            "https://sms.example/r/t0ken"};
}

} // namespace dialproof::http_sending
