// Reads codes where a carrier would: follows the file that the server's `file` sender appends to.
#pragma once

#include "bench/load/loop.h"

#include <coroutine>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace dialproof::bench {

class OutgoingFile final : public Loop::Watched {
public:
    // From the end of the file as it is now; the file exists. Aborts where it cannot be followed.
    OutgoingFile(Loop& loop, const std::string& path);
    OutgoingFile(const OutgoingFile&) = delete;
    OutgoingFile& operator=(const OutgoingFile&) = delete;
    ~OutgoingFile();

    // Waits for the code that is sent to one number, also where it comes before anybody awaits it. Lines for
    // numbers that nobody expects are skipped.
    class Expected {
    public:
        Expected(OutgoingFile& file, std::string number);
        Expected(const Expected&) = delete;
        Expected& operator=(const Expected&) = delete;
        ~Expected() { file_.expected_.erase(number_); }

        bool await_ready() const { return code_.has_value(); }
        void await_suspend(std::coroutine_handle<> waiting) { waiting_ = waiting; }
        // Empty where none came in time.
        std::string await_resume() { return code_.value_or(""); }

    private:
        friend OutgoingFile;
        void arrived(std::string code);

        OutgoingFile& file_;
        const std::string number_;
        const Clock::time_point since_ = Clock::now();
        std::optional<std::string> code_;
        std::coroutine_handle<> waiting_;
    };

    // Ends the waits for codes that were expected since before then.
    void give_up_if_expected_before(Clock::time_point then);

private:
    void ready(std::uint32_t events) override;
    void take_line(std::string_view line);

    Loop& loop_;
    int file_, changes_;
    std::string rest_; // of a line that is not whole yet
    std::unordered_map<std::string, Expected*> expected_;
};

} // namespace dialproof::bench
