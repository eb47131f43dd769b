#include "platform/json_log.h"

#include "base/instant.h"
#include "base/json_writer.h"

#include <spdlog/async.h>
#include <spdlog/sinks/base_sink.h>

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <climits>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

namespace dialproof::platform {

namespace {

using ports::LogLevel;
using Clock = std::chrono::steady_clock;

constexpr std::array<std::pair<LogLevel, std::string_view>, 4> level_names{{
    {LogLevel::debug, "debug"},
    {LogLevel::info, "info"},
    {LogLevel::warning, "warning"},
    {LogLevel::error, "error"},
}};

constexpr Milliseconds patience{1};
constexpr Milliseconds look_up_time{50}; // how often a thread that waits for a reader looks whether it closes

// Lines are whole JSON objects already. While more of them wait they gather, and go out in one write up to
// PIPE_BUF bytes, so that lines of processes that share a pipe do not mix. That much a pipe that is writable
// takes without blocking, even where the descriptor blocks (pipe(7)).
class DescriptorSink final : public spdlog::sinks::base_sink<std::mutex> {
public:
    explicit DescriptorSink(int descriptor) : descriptor_(descriptor) {}

    // Whether another line comes at once. To be told before the first line.
    void ask_for_more(std::function<bool()> more) { more_ = std::move(more); }

    // Writes one line past those that wait, if that needs no waiting. From any thread.
    bool write_at_once(std::string_view line) {
        const std::lock_guard turn(turn_);
        return line.size() <= PIPE_BUF && is_writable_within(Milliseconds(0)) &&
               ::write(descriptor_, line.data(), line.size()) == static_cast<ssize_t>(line.size());
    }

    // From now on a reader is waited for until then; what is left after it is dropped.
    void close_by(Clock::time_point deadline) { deadline_ = deadline; }

private:
    void sink_it_(const spdlog::details::log_msg& message) override {
        if (gathered_.size() + message.payload.size() + 1 > PIPE_BUF)
            flush_();
        gathered_.append(message.payload.data(), message.payload.size()) += '\n';
        // Who writes a line has to wake this thread only where it waits for one; a moment's patience saves
        // that.
        if (!more_())
            std::this_thread::sleep_for(patience);
        if (!more_())
            flush_();
    }
    void flush_() override {
        write_out(gathered_);
        gathered_.clear();
    }

    void write_out(std::string_view rest) {
        while (!rest.empty() && wait_until_writable()) {
            const std::lock_guard turn(turn_);
            if (!is_writable_within(Milliseconds(0)))
                continue; // another thread's line took the room
            const ssize_t written =
                ::write(descriptor_, rest.data(), std::min<std::size_t>(rest.size(), PIPE_BUF));
            if (written > 0)
                rest.remove_prefix(static_cast<std::size_t>(written));
            else if (errno != EAGAIN && errno != EINTR)
                return; // nobody reads the log any more, and SIGPIPE is ignored: the work goes on
        }
    }

    // False once it is too late. Errors count as writable: the write tells which.
    [[nodiscard]] bool wait_until_writable() const {
        while (Clock::now() < deadline_.load())
            if (is_writable_within(look_up_time))
                return true;
        return false;
    }

    [[nodiscard]] bool is_writable_within(Milliseconds time) const {
        pollfd waiting{descriptor_, POLLOUT, 0};
        return ::poll(&waiting, 1, static_cast<int>(time.count())) > 0;
    }

    const int descriptor_;
    std::mutex turn_; // who has it writes, and nobody else of this process; never held over a wait
    std::function<bool()> more_;
    std::string gathered_;
    std::atomic<Clock::time_point> deadline_{Clock::time_point::max()};
};

void write_value(JsonWriter& json, const ports::LogField& field) {
    struct {
        JsonWriter& to;
        void operator()(std::string_view text) const { to.value(text.substr(0, log_text_bytes_max)); }
        void operator()(std::int64_t number) const { to.value(number); }
        void operator()(double number) const { to.value(number); }
        void operator()(bool flag) const { to.value(flag); }
    } const write{json};
    std::visit(write, field.value);
}

} // namespace

std::string_view to_text(LogLevel level) { return level_names[static_cast<std::size_t>(level)].second; }

std::optional<LogLevel> parse_log_level(std::string_view text) {
    for (const auto& [level, name] : level_names)
        if (name == text)
            return level;
    return {};
}

struct JsonLog::Writer {
    Writer(int descriptor, std::size_t queue_lines) :
        sink(std::make_shared<DescriptorSink>(descriptor)),
        pool(std::make_shared<spdlog::details::thread_pool>(queue_lines, 1)),
        logger(std::make_shared<spdlog::async_logger>("dialproof", sink, pool,
                                                      spdlog::async_overflow_policy::overrun_oldest)) {
        logger->set_level(spdlog::level::trace);
        sink->ask_for_more([waiting = pool.get()] { return waiting->queue_size() > 0; });
    }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    ~Writer() {
        sink->close_by(Clock::now() + log_closing_time);
        pool.reset(); // ends the thread before the logger that it uses
        sink->flush();
    }

    std::shared_ptr<DescriptorSink> sink;
    std::shared_ptr<spdlog::details::thread_pool> pool;
    std::shared_ptr<spdlog::async_logger> logger;
};

JsonLog::JsonLog(LogLevel least, int descriptor, std::size_t queue_lines) :
    least_(least), writer_(std::make_unique<Writer>(descriptor, queue_lines)) {}

JsonLog::~JsonLog() = default;

void JsonLog::write(LogLevel level, std::string_view event, std::initializer_list<ports::LogField> fields) {
    if (level < least_)
        return;
    const auto now = std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
    JsonWriter json;
    json.begin_object();
    json.member("ts", to_rfc3339(now)).member("level", to_text(level)).member("event", event);
    for (const auto& field : fields)
        write_value(json.key(field.name), field);
    json.end_object();
    // A process that is killed takes with it what is queued; what must be known of it then is a warning.
    if (level >= LogLevel::warning && writer_->sink->write_at_once(std::string(json.text()) + '\n'))
        return;
    writer_->logger->log(spdlog::level::info, spdlog::string_view_t(json.text().data(), json.text().size()));
}

std::uint64_t JsonLog::dropped() const { return writer_->pool->overrun_counter(); }

} // namespace dialproof::platform
