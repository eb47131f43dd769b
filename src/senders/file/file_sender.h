// Writes each message as one JSON line to a file or a pipe: for a program on the same machine that sends
// them on, and for trying things out. The file holds codes, so it is made with mode 0600, one that others
// can read is refused, and it belongs outside of what is backed up.
//
//   {"id":"…","to":"+41791234567","text":"…","channel":"sms","service":"default","created_at":"…"}
#pragma once

#include "base/result.h"
#include "base/task.h"
#include "ports/sender.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace dialproof::senders {

class FileSender final : public ports::Sender {
public:
    static constexpr std::size_t queue_max = 10'000, written_at_once = 100;

    // Opens `path` for appending; a sentence where it cannot. A pipe needs its reader by then.
    static Result<std::unique_ptr<FileSender>, std::string> open(const std::string& path);
    ~FileSender() override;

    [[nodiscard]] std::string_view name() const override { return "file"; }
    // Accepted once the line is on disk; unavailable where the disk refuses it, the pipe is full or has no
    // reader, or the queue is full; unknown where a part of the line is out, or it may not be on disk.
    Task<ports::SubmitResult> submit(const ports::OutgoingText& text) override;

    // Any thread. What is written from now on goes to the file that has the path now. Where that cannot be
    // opened, the one from before stays in use.
    Result<void, std::string> reopen();

private:
    struct Line {
        Secret<std::string> text;
        Completer<ports::SubmitResult> done;
    };

    FileSender(std::string path, int file);
    void enqueue(Secret<std::string> text, Completer<ports::SubmitResult> done);
    void write_queued();
    void write_together(std::vector<Line> lines);
    void append_lines(std::span<const Line> lines, std::vector<ports::SubmitResult>& results);
    ports::SubmitResult append(const std::string& line);
    std::size_t write_some(std::string_view text) const;
    static Secret<std::string> joined(std::span<const Line> lines);
    void use(int file);

    const std::string path_;
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::vector<Line> queue_;
    int reopened_ = -1; // to be used from the next line on
    bool stopping_ = false;

    // Of the writer's thread.
    int file_;
    bool torn_ = false; // the file ends within a line
    std::thread writer_;
};

} // namespace dialproof::senders
