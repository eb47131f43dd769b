// What the suite of the sender port needs: each sender that speaks HTTP, and a client whose answers a test
// holds back.
#pragma once

#include "ports/clock.h"
#include "ports/http_client.h"
#include "ports/sender.h"
#include "ports/signatures.h"

#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace dialproof::test {

// Answers nothing before it is told to.
class HoldingClient final : public ports::HttpClient {
public:
    using Answer = Result<ports::HttpReply, ports::HttpFailure>;

    Task<Answer> fetch(ports::HttpCall call) override {
        calls.push_back(std::move(call));
        auto wait = suspend_until<Answer>([this](Completer<Answer> done) { waiting_.push_back(done); });
        auto answer = co_await wait;
        co_return std::move(answer);
    }

    [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
    // To all that wait.
    void answer(const Answer& with) {
        for (const auto& done : std::exchange(waiting_, {}))
            done(with);
    }

    std::vector<ports::HttpCall> calls;

private:
    std::vector<Completer<Answer>> waiting_;
};

struct SenderUnderTest {
    std::string name;
    std::unique_ptr<ports::Sender> (*make)(ports::HttpClient& client, const ports::Clock& clock,
                                           const ports::Signatures& signatures);
    std::string prepared; // the answer to a first step, before the text is handed over; empty: there is none
    bool status_is_enough = false; // a success of HTTP takes the text, whatever the body
};

inline std::ostream& operator<<(std::ostream& out, const SenderUnderTest& sender) {
    return out << sender.name;
}

std::vector<SenderUnderTest> senders_by_http();

} // namespace dialproof::test
