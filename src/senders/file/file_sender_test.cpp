#include "senders/file/file_sender.h"

#include "base/run_loop.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace dialproof::senders {
namespace {

class FileSenderTest : public testing::Test {
protected:
    FileSenderTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "dialproof-file-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
    }
    ~FileSenderTest() override { std::filesystem::remove_all(folder_); }

    [[nodiscard]] std::string path() const { return (folder_ / "messages.jsonl").string(); }

    [[nodiscard]] std::vector<std::string> lines() const {
        std::ifstream file(path());
        std::vector<std::string> all;
        for (std::string line; std::getline(file, line);)
            all.push_back(line);
        return all;
    }

    static ports::OutgoingText text(const std::string& id) {
        return {core::MessageId(id),
                *core::PhoneNumber::parse("+41791234567"),
                core::ServiceName("default"),
                "sms",
                Secret<std::string>("123456 is your code"),
                Secret<std::string>("123456"),
                Instant{},
                Instant{}};
    }

    std::filesystem::path folder_;
    RunLoop loop_;
};

TEST_F(FileSenderTest, WritesOneLineForEachMessageInAFileOfItsOwner) {
    auto sender = FileSender::open(path());
    ASSERT_TRUE(sender);
    for (const auto* id : {"one", "two"}) {
        const auto outgoing = text(id);
        const auto result = loop_.wait_for((*sender)->submit(outgoing));
        EXPECT_EQ(result.outcome, ports::SubmitOutcome::accepted);
        EXPECT_EQ(result.reference, id);
    }
    EXPECT_EQ(lines(), (std::vector<std::string>{
                           R"({"id":"one","to":"+41791234567","text":"123456 is your code","channel":"sms",)"
                           R"("service":"default","created_at":"1970-01-01T00:00:00.000Z"})",
                           R"({"id":"two","to":"+41791234567","text":"123456 is your code","channel":"sms",)"
                           R"("service":"default","created_at":"1970-01-01T00:00:00.000Z"})"}));
    const auto mode = std::filesystem::status(path()).permissions();
    EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(FileSenderTest, SaysWhyAFileCannotBeOpened) {
    const auto sender = FileSender::open((folder_ / "missing" / "file").string());
    ASSERT_FALSE(sender);
    EXPECT_NE(sender.error().find("No such file"), std::string::npos) << sender.error();
}

TEST_F(FileSenderTest, TakesBackALineThatDoesNotFitAndIsUsableAfterwards) {
    auto sender = FileSender::open(path());
    ASSERT_TRUE(sender);
    const auto outgoing = text("one");
    ASSERT_EQ(loop_.wait_for((*sender)->submit(outgoing)).outcome, ports::SubmitOutcome::accepted);

    // The kernel cuts the write at the limit and, the signal ignored, refuses the rest.
    signal(SIGXFSZ, SIG_IGN);
    rlimit unlimited{};
    getrlimit(RLIMIT_FSIZE, &unlimited);
    rlimit tight = unlimited;
    tight.rlim_cur = std::filesystem::file_size(path()) + 10;
    setrlimit(RLIMIT_FSIZE, &tight);
    const auto refused = loop_.wait_for((*sender)->submit(outgoing));
    setrlimit(RLIMIT_FSIZE, &unlimited);

    EXPECT_EQ(refused.outcome, ports::SubmitOutcome::unavailable);
    EXPECT_EQ(lines().size(), 1U);
    EXPECT_EQ(loop_.wait_for((*sender)->submit(outgoing)).outcome, ports::SubmitOutcome::accepted);
    EXPECT_EQ(lines().size(), 2U);
}

// More come at once than there is room for: those that fit stay, and no line is seen twice.
TEST_F(FileSenderTest, KeepsTheWholeLinesOfManyThatDoNotFit) {
    auto sender = FileSender::open(path());
    ASSERT_TRUE(sender);
    constexpr std::size_t count = 50;
    std::vector<ports::OutgoingText> texts;
    for (std::size_t i = 0; i < count; ++i)
        texts.push_back(text("message-" + std::to_string(100 + i)));
    ASSERT_EQ(loop_.wait_for((*sender)->submit(texts[0])).outcome, ports::SubmitOutcome::accepted);
    const auto line_size = std::filesystem::file_size(path());

    signal(SIGXFSZ, SIG_IGN);
    rlimit unlimited{};
    getrlimit(RLIMIT_FSIZE, &unlimited);
    rlimit tight = unlimited;
    tight.rlim_cur = line_size * 20 + 10;
    setrlimit(RLIMIT_FSIZE, &tight);
    std::vector<std::string> accepted{texts[0].id.text};
    std::size_t answered = 1;
    for (std::size_t i = 1; i < count; ++i)
        spawn(loop_, (*sender)->submit(texts[i]), [&, i](const ports::SubmitResult& result) {
            ++answered;
            if (result.outcome == ports::SubmitOutcome::accepted)
                accepted.push_back(texts[i].id.text);
            else
                EXPECT_EQ(result.outcome, ports::SubmitOutcome::unavailable);
        });
    while (answered < count)
        loop_.run_until_idle();
    setrlimit(RLIMIT_FSIZE, &unlimited);

    EXPECT_EQ(accepted.size(), 20U);
    const auto written = lines();
    ASSERT_EQ(written.size(), accepted.size());
    for (std::size_t i = 0; i < written.size(); ++i)
        EXPECT_NE(written[i].find(accepted[i]), std::string::npos) << written[i];
}

TEST_F(FileSenderTest, RefusesAFileThatOthersCanRead) {
    std::ofstream(path()).flush();
    std::filesystem::permissions(path(), std::filesystem::perms(0640));
    const auto sender = FileSender::open(path());
    ASSERT_FALSE(sender);
    EXPECT_NE(sender.error().find("chmod 600 " + path()), std::string::npos) << sender.error();
}

TEST_F(FileSenderTest, WritesToTheNewFileAfterAReopen) {
    auto sender = FileSender::open(path());
    ASSERT_TRUE(sender);
    const auto outgoing = text("one");
    loop_.wait_for((*sender)->submit(outgoing));
    std::filesystem::rename(path(), path() + ".1");
    ASSERT_TRUE((*sender)->reopen());
    ASSERT_TRUE((*sender)->reopen());
    EXPECT_EQ(loop_.wait_for((*sender)->submit(outgoing)).outcome, ports::SubmitOutcome::accepted);
    EXPECT_EQ(lines().size(), 1U);
}

// A pipe of one page whose other end the test holds.
class PipeSenderTest : public FileSenderTest {
protected:
    PipeSenderTest() {
        signal(SIGPIPE, SIG_IGN);
        mkfifo(path().c_str(), 0600);
        reader_ = open(path().c_str(), O_RDONLY | O_NONBLOCK);
        fcntl(reader_, F_SETPIPE_SZ, 4096);
    }
    ~PipeSenderTest() override { close(reader_); }

    std::string taken() const {
        std::string all(1 << 16, '\0');
        const auto count = read(reader_, all.data(), all.size());
        all.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
        return all;
    }

    int reader_ = -1;
};

TEST_F(PipeSenderTest, IsUnavailableWhileAReaderStallsAndGoesOnAfterwards) {
    auto sender = FileSender::open(path());
    ASSERT_TRUE(sender) << sender.error();
    const auto outgoing = text("one");
    ports::SubmitResult result;
    std::size_t accepted = 0;
    while ((result = loop_.wait_for((*sender)->submit(outgoing))).outcome == ports::SubmitOutcome::accepted)
        ASSERT_LT(++accepted, 1000U);
    EXPECT_EQ(result.outcome, ports::SubmitOutcome::unavailable);
    const auto seen = taken();
    EXPECT_EQ(static_cast<std::size_t>(std::count(seen.begin(), seen.end(), '\n')), accepted);
    EXPECT_TRUE(seen.ends_with('\n'));
    EXPECT_EQ(loop_.wait_for((*sender)->submit(outgoing)).outcome, ports::SubmitOutcome::accepted);
}

TEST_F(PipeSenderTest, DoesNotMixALineThatWasCutWithTheNext) {
    auto sender = FileSender::open(path());
    ASSERT_TRUE(sender) << sender.error();
    auto long_text = text("long");
    long_text.text = Secret<std::string>(std::string(20'000, 'x'));
    EXPECT_EQ(loop_.wait_for((*sender)->submit(long_text)).outcome, ports::SubmitOutcome::unknown);
    EXPECT_FALSE(taken().ends_with('\n'));
    const auto outgoing = text("one");
    EXPECT_EQ(loop_.wait_for((*sender)->submit(outgoing)).outcome, ports::SubmitOutcome::accepted);
    EXPECT_TRUE(taken().starts_with("\n{\"id\":\"one\""));
}

TEST_F(PipeSenderTest, SaysThatNothingReadsThePipe) {
    close(std::exchange(reader_, -1));
    const auto sender = FileSender::open(path());
    ASSERT_FALSE(sender);
    EXPECT_NE(sender.error().find("nothing reads"), std::string::npos) << sender.error();
}

} // namespace
} // namespace dialproof::senders
