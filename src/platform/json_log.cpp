#include "platform/json_log.h"

#include "base/instant.h"
#include "base/json_writer.h"

#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <climits>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
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

constexpr Milliseconds look_up_time{50}; // how often a thread that waits for a reader looks whether it closes
// How long a line waits for others to be written with it: a thread that is woken for each line costs more
// than the line.
constexpr Milliseconds gathering_time{2};

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

// Lines go out in whole pieces of up to PIPE_BUF, so that lines of processes that share a pipe do not mix.
// That much a pipe that is writable takes without blocking, even where the descriptor blocks (pipe(7)).
class JsonLog::Writer {
public:
    Writer(int descriptor, std::size_t queue_lines) :
        descriptor_(descriptor), lines_max_(queue_lines), thread_([this] { run(); }) {
        pthread_setname_np(thread_.native_handle(), "log");
    }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    ~Writer() {
        {
            const std::lock_guard lock(mutex_);
            deadline_ = Clock::now() + log_closing_time;
            closing_ = true;
        }
        wake_.notify_one();
        thread_.join();
    }

    void add(std::string line) {
        const std::lock_guard lock(mutex_);
        if (lines_.size() >= lines_max_) {
            lines_.pop_front();
            ++dropped_;
        }
        lines_.push_back(std::move(line));
        if (waiting_)
            wake_.notify_one();
    }

    [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

private:
    void run() {
        std::unique_lock lock(mutex_);
        for (;;) {
            waiting_ = true;
            wake_.wait(lock, [this] { return closing_ || !lines_.empty(); });
            waiting_ = false;
            if (lines_.empty())
                return;
            wake_.wait_for(lock, gathering_time, [this] { return closing_; });
            while (!lines_.empty()) {
                lock.unlock();
                const bool writable = wait_until_writable();
                lock.lock();
                if (!writable)
                    return;
                const std::string piece = take_piece();
                lock.unlock();
                write(piece);
                lock.lock();
            }
        }
    }

    // At least one line.
    std::string take_piece() {
        std::string piece;
        do {
            piece += lines_.front();
            lines_.pop_front();
        } while (!lines_.empty() && piece.size() + lines_.front().size() <= PIPE_BUF);
        return piece;
    }

    void write(std::string_view rest) const {
        while (!rest.empty() && wait_until_writable()) {
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
        pollfd waiting{descriptor_, POLLOUT, 0};
        while (Clock::now() < deadline_.load())
            if (::poll(&waiting, 1, static_cast<int>(look_up_time.count())) > 0)
                return true;
        return false;
    }

    const int descriptor_;
    const std::size_t lines_max_;
    // From the end on a reader is waited for until then; what is left after it is dropped.
    std::atomic<Clock::time_point> deadline_{Clock::time_point::max()};
    std::atomic<std::uint64_t> dropped_{0};
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::string> lines_;
    bool waiting_ = false, closing_ = false;
    std::thread thread_;
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
    std::string line = json.take();
    line += '\n';
    writer_->add(std::move(line));
}

std::uint64_t JsonLog::dropped() const { return writer_->dropped(); }

} // namespace dialproof::platform
