// Writes each message as one JSON line to a file: for a program on the same machine that sends them on,
// and for trying things out. The file holds codes, so it is made with mode 0600 and belongs outside of
// what is backed up.
//
//   {"id":"…","to":"+41791234567","text":"…","channel":"sms","service":"default","created_at":"…"}
#pragma once

#include "base/result.h"
#include "base/task.h"
#include "ports/sender.h"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace dialproof::senders {

class FileSender final : public ports::Sender {
public:
    static constexpr std::size_t queue_max = 10'000;

    // Opens `path` for appending; answers what the system says where it cannot.
    static Result<std::unique_ptr<FileSender>, std::string> open(const std::string& path);
    ~FileSender() override;

    [[nodiscard]] std::string_view name() const override { return "file"; }
    // Accepted once the line is in the file; unavailable where the disk refuses it or the queue is full.
    Task<ports::SubmitResult> submit(const ports::OutgoingText& text) override;

private:
    struct Line {
        Secret<std::string> text;
        Completer<ports::SubmitResult> done;
    };

    explicit FileSender(int file);
    void enqueue(Secret<std::string> text, Completer<ports::SubmitResult> done);
    void write_queued();

    int file_;
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<Line> queue_;
    bool stopping_ = false;
    std::thread writer_;
};

} // namespace dialproof::senders
