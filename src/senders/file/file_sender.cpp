#include "senders/file/file_sender.h"

#include "base/json_writer.h"
#include "base/private_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace dialproof::senders {

namespace {

Secret<std::string> line_of(const ports::OutgoingText& text) {
    JsonWriter json;
    json.begin_object().member("id", text.id.text).member("to", text.to.e164());
    json.member("text", text.text.reveal()).member("channel", text.channel);
    json.member("service", text.service.text).member("created_at", to_rfc3339(text.created_at)).end_object();
    return Secret<std::string>(json.take() + "\n");
}

ports::SubmitResult answer(ports::SubmitOutcome outcome, std::string_view error = {}) {
    ports::SubmitResult result;
    result.outcome = outcome;
    result.error = error;
    return result;
}

// Never blocks: a pipe that is full or has no reader says so.
Result<int, std::string> open_to_append(const std::string& path) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0600);
    if (file < 0)
        return fail("cannot append to " + path + ": " +
                    (errno == ENXIO ? "nothing reads this pipe" : std::strerror(errno)));
    if (auto checked = check_private(file, path); !checked) {
        close(file);
        return fail(checked.error());
    }
    return file;
}

// A pipe has nothing to sync, and says so.
bool sync(int file) { return fdatasync(file) == 0 || errno == EINVAL || errno == EROFS; }

} // namespace

Result<std::unique_ptr<FileSender>, std::string> FileSender::open(const std::string& path) {
    const auto file = open_to_append(path);
    if (!file)
        return fail(file.error());
    return std::unique_ptr<FileSender>(new FileSender(path, *file));
}

FileSender::FileSender(std::string path, int file) :
    path_(std::move(path)), file_(file), writer_([this] { write_queued(); }) {}

FileSender::~FileSender() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    arrived_.notify_one();
    writer_.join();
    if (reopened_ >= 0)
        close(reopened_);
    close(file_);
}

Result<void, std::string> FileSender::reopen() {
    const auto file = open_to_append(path_);
    if (!file)
        return fail(file.error());
    const std::lock_guard lock(mutex_);
    if (const int unused = std::exchange(reopened_, *file); unused >= 0)
        close(unused);
    return {};
}

Task<ports::SubmitResult> FileSender::submit(const ports::OutgoingText& text) {
    auto line = line_of(text);
    auto wait = suspend_until<ports::SubmitResult>(
        [this, &line](Completer<ports::SubmitResult> done) { enqueue(std::move(line), done); });
    auto result = co_await wait;
    if (result.outcome == ports::SubmitOutcome::accepted)
        result.reference = text.id.text;
    co_return result;
}

void FileSender::enqueue(Secret<std::string> text, Completer<ports::SubmitResult> done) {
    {
        const std::lock_guard lock(mutex_);
        if (queue_.size() < queue_max) {
            queue_.push_back({std::move(text), done});
            arrived_.notify_one();
            return;
        }
    }
    done(answer(ports::SubmitOutcome::unavailable, "queue_full"));
}

void FileSender::write_queued() {
    for (;;) {
        std::unique_lock lock(mutex_);
        arrived_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        if (queue_.empty())
            return;
        auto lines = std::exchange(queue_, {});
        const int reopened = std::exchange(reopened_, -1);
        lock.unlock();
        if (reopened >= 0)
            use(reopened);
        write_together(std::move(lines));
    }
}

void FileSender::use(int file) {
    close(std::exchange(file_, file));
    torn_ = false;
}

// One sync for all that waited; nobody is told before it.
void FileSender::write_together(std::vector<Line> lines) {
    std::vector<ports::SubmitResult> results;
    results.reserve(lines.size());
    for (std::span<const Line> rest(lines); !rest.empty();) {
        const auto next = rest.first(std::min(rest.size(), written_at_once));
        append_lines(next, results);
        rest = rest.subspan(next.size());
    }
    const bool synced = sync(file_);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        // Whoever reads the file may have seen a line that did not get to the disk.
        if (!synced && results[i].outcome == ports::SubmitOutcome::accepted)
            results[i] = answer(ports::SubmitOutcome::unknown, "sync_failed");
        lines[i].done(std::move(results[i]));
    }
}

// By one write where what does not fit can be taken back: from a pipe it cannot. Lines that are whole stay:
// whoever reads the file may have seen them.
void FileSender::append_lines(std::span<const Line> lines, std::vector<ports::SubmitResult>& results) {
    const off_t before = lseek(file_, 0, SEEK_END);
    if (lines.size() > 1 && before >= 0 && !torn_) {
        const std::size_t written = write_some(joined(lines).reveal());
        std::size_t whole = 0;
        while (!lines.empty() && whole + lines.front().text.reveal().size() <= written) {
            whole += lines.front().text.reveal().size();
            lines = lines.subspan(1);
            results.push_back(answer(ports::SubmitOutcome::accepted));
        }
        torn_ = whole < written && ftruncate(file_, before + static_cast<off_t>(whole)) != 0;
        if (torn_) {
            lines = lines.subspan(1);
            results.push_back(answer(ports::SubmitOutcome::unknown, "line_cut"));
        }
    }
    for (const auto& line : lines)
        results.push_back(append(line.text.reveal()));
}

// How many bytes the file took.
std::size_t FileSender::write_some(std::string_view text) const {
    std::size_t written = 0;
    while (written < text.size()) {
        const ssize_t count = ::write(file_, text.data() + written, text.size() - written);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        written += static_cast<std::size_t>(count);
    }
    return written;
}

Secret<std::string> FileSender::joined(std::span<const Line> lines) {
    std::size_t size = 0;
    for (const auto& line : lines)
        size += line.text.reveal().size();
    std::string all;
    all.reserve(size); // so that growing leaves no copy of a code behind
    for (const auto& line : lines)
        all += line.text.reveal();
    return Secret<std::string>(std::move(all));
}

// All of it or nothing: a line that did not fit is taken back, so that the file stays readable. From a pipe
// nothing can be taken back: the next line then begins after a line break.
ports::SubmitResult FileSender::append(const std::string& line) {
    if (torn_ && ::write(file_, "\n", 1) != 1)
        return answer(ports::SubmitOutcome::unavailable, "write_failed");
    torn_ = false;
    const off_t before = lseek(file_, 0, SEEK_END);
    const std::size_t written = write_some(line);
    if (written < line.size()) {
        torn_ = written > 0 && (before < 0 || ftruncate(file_, before) != 0);
        return torn_ ? answer(ports::SubmitOutcome::unknown, "line_cut")
                     : answer(ports::SubmitOutcome::unavailable, "write_failed");
    }
    return answer(ports::SubmitOutcome::accepted);
}

} // namespace dialproof::senders
