#include "platform/json_log.h"

#include "base/instant.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <climits>
#include <memory>
#include <regex>
#include <string>
#include <thread>

namespace dialproof::platform {
namespace {

using ports::LogLevel;
using ::testing::HasSubstr;
using ::testing::Not;

// A pipe whose other end a log writes to.
class Pipe {
public:
    Pipe() { EXPECT_EQ(::pipe(ends_.data()), 0); }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe() {
        close_writer();
        ::close(ends_[0]);
    }

    [[nodiscard]] int writer() const { return ends_[1]; }
    void close_writer() {
        if (ends_[1] >= 0)
            ::close(ends_[1]);
        ends_[1] = -1;
    }
    // All until the writer is closed.
    std::string read_all() {
        std::string text;
        std::array<char, 4096> bytes{};
        for (ssize_t got = 0; (got = ::read(ends_[0], bytes.data(), bytes.size())) > 0;)
            text.append(bytes.data(), static_cast<std::size_t>(got));
        return text;
    }
    // What is in it now.
    std::string read_now() {
        ::fcntl(ends_[0], F_SETFL, O_NONBLOCK);
        std::string text = read_all();
        ::fcntl(ends_[0], F_SETFL, 0);
        return text;
    }
    // Until nothing more fits into it.
    void fill() {
        ::fcntl(ends_[1], F_SETFL, O_NONBLOCK);
        const std::string bytes(4096, '-');
        while (::write(ends_[1], bytes.data(), bytes.size()) > 0) {
        }
        ::fcntl(ends_[1], F_SETFL, 0);
    }

private:
    std::array<int, 2> ends_{-1, -1};
};

TEST(JsonLog, WritesOneObjectALine) {
    Pipe pipe;
    {
        JsonLog log(LogLevel::info, pipe.writer());
        log.info("code_sent", {{"to", "+41*******67"}, {"parts", 2}, {"took", 0.5}, {"retry", false}});
        log.info("odd", {{"text", "a \"b\"\n\xFF"}});
    }
    pipe.close_writer();
    const std::string text = pipe.read_all();
    const std::regex lines(
        R"re(\{"ts":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)","level":"info","event":"code_sent","to":"\+41\*{7}67","parts":2,"took":0\.5,"retry":false\}\n)re"
        "\\{\"ts\":\"[^\"]+\",\"level\":\"info\",\"event\":\"odd\",\"text\":\"a "
        "\\\\\"b\\\\\"\\\\n\xEF\xBF\xBD\"\\}\n");
    std::smatch match;
    ASSERT_TRUE(std::regex_match(text, match, lines)) << text;
    EXPECT_TRUE(parse_rfc3339(match[1].str()).has_value());
}

TEST(JsonLog, LeavesOutWhatIsBelowItsLevel) {
    Pipe pipe;
    {
        JsonLog log(LogLevel::warning, pipe.writer());
        log.info("quiet");
        log.write(LogLevel::debug, "quieter", {});
        log.warning("loud");
    }
    pipe.close_writer();
    const std::string text = pipe.read_all();
    EXPECT_THAT(text, HasSubstr("\"level\":\"warning\",\"event\":\"loud\""));
    EXPECT_EQ(text.find("quiet"), std::string::npos);
}

TEST(JsonLog, CutsLongTexts) {
    Pipe pipe;
    {
        JsonLog log(LogLevel::info, pipe.writer());
        log.info("long", {{"text", std::string(10 * log_text_bytes_max, 'a')}});
    }
    pipe.close_writer();
    EXPECT_LT(pipe.read_all().size(), log_text_bytes_max + 200);
}

TEST(JsonLog, HasWrittenAWarningWhenItReturns) {
    Pipe pipe;
    JsonLog log(LogLevel::info, pipe.writer());
    log.info("quiet");
    log.warning("loud");
    EXPECT_THAT(pipe.read_now(), HasSubstr("loud"));
}

TEST(JsonLog, DoesNotWaitForTheReaderOfAWarning) {
    Pipe pipe;
    pipe.fill();
    std::string text;
    std::jthread reader;
    {
        JsonLog log(LogLevel::info, pipe.writer());
        log.warning("loud");
        reader = std::jthread([&] { text = pipe.read_all(); });
    }
    pipe.close_writer();
    reader.join();
    EXPECT_THAT(text, HasSubstr("loud"));
}

TEST(JsonLog, NeverWaitsForItsReader) {
    Pipe pipe;
    pipe.fill();
    std::string text;
    std::jthread reader;
    {
        JsonLog log(LogLevel::info, pipe.writer(), 16);
        for (int i = 0; i < 1000; ++i)
            log.info("tick", {{"number", i}});
        constexpr std::size_t shortest_line = 60, gathered_max = PIPE_BUF / shortest_line;
        EXPECT_GE(log.dropped(), 1000U - 16 - gathered_max); // these are in the hands of the writing thread
        reader = std::jthread([&] { text = pipe.read_all(); });
    }
    pipe.close_writer();
    reader.join();
    EXPECT_THAT(text, HasSubstr("\"number\":999}\n")) << "the newest are kept";
}

TEST(JsonLog, ClosesThoughNobodyReads) {
    Pipe pipe;
    pipe.fill();
    auto log = std::make_unique<JsonLog>(LogLevel::info, pipe.writer(), 16);
    for (int i = 0; i < 100; ++i)
        log->info("tick", {{"number", i}});
    const auto start = std::chrono::steady_clock::now();
    log.reset();
    EXPECT_GE(std::chrono::steady_clock::now() - start, log_closing_time) << "a reader has that long";
    pipe.close_writer();
    EXPECT_THAT(pipe.read_all(), Not(HasSubstr("tick")));
}

TEST(JsonLog, KnowsItsLevelsByName) {
    for (const auto level : {LogLevel::debug, LogLevel::info, LogLevel::warning, LogLevel::error})
        EXPECT_EQ(parse_log_level(to_text(level)), level);
    EXPECT_FALSE(parse_log_level("loud").has_value());
}

} // namespace
} // namespace dialproof::platform
