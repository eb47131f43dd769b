#include "senders/file/file_sender.h"

#include "base/json_writer.h"

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

// All of it or nothing: a line that did not fit is taken back, so that the file stays readable.
bool append(int file, const std::string& line) {
    const off_t before = lseek(file, 0, SEEK_END);
    std::size_t written = 0;
    while (written < line.size()) {
        const ssize_t count = ::write(file, line.data() + written, line.size() - written);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0) {
            // Where even this fails, the next line at least starts after what is there.
            [[maybe_unused]] const int cut = written > 0 && before >= 0 ? ftruncate(file, before) : 0;
            return false;
        }
        written += static_cast<std::size_t>(count);
    }
    return true;
}

ports::SubmitResult unavailable(std::string_view error) {
    ports::SubmitResult result;
    result.outcome = ports::SubmitOutcome::unavailable;
    result.error = error;
    return result;
}

} // namespace

Result<std::unique_ptr<FileSender>, std::string> FileSender::open(const std::string& path) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0)
        return fail("cannot append to " + path + ": " + std::strerror(errno));
    return std::unique_ptr<FileSender>(new FileSender(file));
}

FileSender::FileSender(int file) : file_(file), writer_([this] { write_queued(); }) {}

FileSender::~FileSender() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    arrived_.notify_one();
    writer_.join();
    close(file_);
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
    done(unavailable("queue_full"));
}

void FileSender::write_queued() {
    for (;;) {
        std::unique_lock lock(mutex_);
        arrived_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        if (queue_.empty())
            return;
        const Line line = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        ports::SubmitResult result = unavailable("write_failed");
        if (append(file_, line.text.reveal())) {
            result = {};
            result.outcome = ports::SubmitOutcome::accepted;
        }
        line.done(std::move(result));
    }
}

} // namespace dialproof::senders
