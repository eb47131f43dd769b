// The log: one JSON object a line, {"ts":…,"level":…,"event":…,fields…}, written by a thread of its own.
//
// The queue is bounded; when whoever reads the log is slower than the work, the oldest lines are dropped and
// counted. Text is cut at `log_text_bytes_max`. When nobody reads any more, the process must ignore SIGPIPE
// to go on. Warnings and errors do not queue where the reader takes them at once: they are out before the
// next thing is done, and a process that is killed then has said them.
#pragma once

#include "base/instant.h"
#include "ports/log.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace dialproof::platform {

inline constexpr std::size_t log_queue_lines = 8192;
inline constexpr std::size_t log_text_bytes_max = 2048;
inline constexpr Milliseconds log_closing_time{1'000};

std::string_view to_text(ports::LogLevel level);
std::optional<ports::LogLevel> parse_log_level(std::string_view text);

class JsonLog final : public ports::Log {
public:
    // Lines below `least` are not written. `descriptor` stays the caller's; 2 is stderr.
    explicit JsonLog(ports::LogLevel least = ports::LogLevel::info, int descriptor = 2,
                     std::size_t queue_lines = log_queue_lines);
    // Writes what is queued, as far as it is taken within `log_closing_time`.
    ~JsonLog() override;

    void write(ports::LogLevel level, std::string_view event,
               std::initializer_list<ports::LogField> fields) override;

    // Lines lost because the queue was full.
    [[nodiscard]] std::uint64_t dropped() const;

private:
    struct Writer;
    ports::LogLevel least_;
    std::unique_ptr<Writer> writer_;
};

} // namespace dialproof::platform
