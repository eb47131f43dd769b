#include "bench/load/caller.h"

#include <utility>

namespace dialproof::bench {

Task<std::optional<std::string>> Caller::ask(std::string_view method, std::string path, std::string fields,
                                             std::string body, int expected) {
    const auto started = due_ ? *std::exchange(due_, {}) : Clock::now();
    auto asking = client_.ask(method, path, fields, body);
    HttpAnswer answer = co_await asking;
    const auto ended = Clock::now();
    if (answer.status != expected) {
        failed(path + ": " + std::to_string(answer.status) + " " + answer.body);
        co_return std::nullopt;
    }
    if (run_.counts(ended))
        run_.request_times.record(ended - started);
    co_return std::move(answer.body);
}

Task<std::string> Caller::code_of(OutgoingFile::Expected& expected) {
    const auto started = Clock::now();
    std::string code = co_await expected;
    const auto ended = Clock::now();
    if (code.empty())
        failed("no message came in time");
    else if (run_.counts(ended))
        run_.message_times.record(ended - started);
    co_return code;
}

void Caller::failed(std::string_view what) {
    if (run_.failures++ == 0)
        run_.first_failure = what;
}

} // namespace dialproof::bench
