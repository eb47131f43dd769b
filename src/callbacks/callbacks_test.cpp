#include "base/run_loop.h"
#include "callbacks/receipts_mount.h"
#include "ports/test_fakes.h"

#include <gtest/gtest.h>

namespace dialproof::callbacks {
namespace {

using ports::MessageState;

class KeepingSink final : public ports::ReceiptSink {
public:
    Task<Result<void, ports::Fault>> take(ports::ProviderReceipt receipt) override {
        if (down)
            co_return fail(ports::Fault::unavailable);
        told.push_back(std::move(receipt));
        co_return Result<void, ports::Fault>();
    }
    bool down = false;
    std::vector<ports::ProviderReceipt> told;
};

// Takes the state from the query, and remembers which URL it was asked about.
class PlainReader final : public http_sending::CallbackReader {
public:
    [[nodiscard]] Result<std::vector<ports::ProviderReceipt>, http_sending::CallbackFault>
    read_callback(const http::Request& request, const std::string& public_url) const override {
        url = public_url;
        if (request.query == "forged")
            return fail(http_sending::CallbackFault::not_signed);
        if (request.query == "garbled")
            return fail(http_sending::CallbackFault::not_read);
        ports::ProviderReceipt receipt;
        receipt.references = {"ref"};
        receipt.state = MessageState::delivered;
        return std::vector<ports::ProviderReceipt>{receipt};
    }
    mutable std::string url;
};

struct Callbacks : testing::Test {
    static constexpr std::string_view public_url = "https://verify.example.com";

    int post(const std::string& provider, const std::string& token, const std::string& query = "") {
        http::Request request;
        request.method = "POST";
        request.path = "/receipts/" + provider + "/" + token;
        request.query = query;
        request.path_parameters = {{"provider", provider}, {"token", token}};
        return loop.wait_for(mount.routes.at(0).handler(request)).status;
    }
    [[nodiscard]] std::string token(const std::string& provider = "acme") const {
        const std::string url = urls.of(provider, core::MessageId("0a1b"), 2);
        return url.substr(url.rfind('/') + 1);
    }

    RunLoop loop;
    ports::MixingKeys keys;
    ReceiptUrl urls{keys, std::string(public_url)};
    KeepingSink sink;
    PlainReader reader;
    ports::RecordingLog log;
    http::Mount mount = receipts_mount(urls, {{"acme", &reader}}, sink, log);
};

TEST_F(Callbacks, AUrlNamesProviderMessageAndAttempt) {
    const auto url = urls.of("acme", core::MessageId("0a1b"), 2);
    EXPECT_TRUE(url.starts_with("https://verify.example.com/receipts/acme/1.0a1b.2.")) << url;
    EXPECT_LT(url.size(), 120U) << "Telegram takes 256 bytes";
    EXPECT_EQ(urls.read("acme", token()), (AttemptOfMessage{core::MessageId("0a1b"), 2}));
    EXPECT_EQ(ReceiptUrl(keys, "").of("acme", core::MessageId("0a1b"), 2), "");
}

TEST_F(Callbacks, NoOtherTextIsAUrlOfOurs) {
    const std::string good = token();
    for (std::size_t i = 0; i < good.size(); ++i) {
        std::string other = good;
        other[i] = other[i] == 'x' ? 'y' : 'x';
        EXPECT_EQ(urls.read("acme", other), std::nullopt) << other;
    }
    EXPECT_EQ(urls.read("other", good), std::nullopt) << "it is for one provider";
    for (const auto* text : {"", "....", "1.0a1b.2.", "1.0a1b.2", "9.0a1b.2.AAAA"})
        EXPECT_EQ(urls.read("acme", text), std::nullopt) << text;
}

TEST_F(Callbacks, AReceiptGetsToTheAttemptThatItsUrlNames) {
    EXPECT_EQ(post("acme", token()), 200);
    ASSERT_EQ(sink.told.size(), 1U);
    EXPECT_EQ(sink.told[0].message, core::MessageId("0a1b"));
    EXPECT_EQ(sink.told[0].attempt, 2U);
    EXPECT_EQ(sink.told[0].provider, "acme");
}

TEST_F(Callbacks, AReceiptForTheUrlOfAnAccountNamesItsTextItself) {
    const std::string url = urls.of_account("acme");
    EXPECT_TRUE(url.starts_with("https://verify.example.com/receipts/acme/1.")) << url;
    const std::string account = url.substr(url.rfind('/') + 1);
    EXPECT_EQ(post("acme", account), 200);
    ASSERT_EQ(sink.told.size(), 1U);
    EXPECT_EQ(sink.told[0].message, std::nullopt);
    EXPECT_EQ(sink.told[0].references, std::vector<std::string>{"ref"});
    const std::vector<std::string> others{account + "A", "2" + account.substr(1), account.substr(0, 2), "1"};
    for (const auto& other : others)
        EXPECT_FALSE(urls.is_of_account("acme", other)) << other;
    EXPECT_FALSE(urls.is_of_account("other", account)) << "it is for one provider";
    EXPECT_EQ(ReceiptUrl(keys, "").of_account("acme"), "");
}

TEST_F(Callbacks, TheSignatureIsCheckedAgainstTheUrlThatTheProviderWasGiven) {
    EXPECT_EQ(post("acme", token(), "a=1"), 200);
    EXPECT_EQ(reader.url, urls.of("acme", core::MessageId("0a1b"), 2) + "?a=1");
}

TEST_F(Callbacks, WhatIsNotToBeBelievedIsRefused) {
    EXPECT_EQ(post("acme", token(), "forged"), 403);
    EXPECT_EQ(post("acme", token(), "garbled"), 400);
    EXPECT_EQ(post("acme", "guess"), 404);
    EXPECT_EQ(post("nobody", token("nobody")), 404);
    EXPECT_TRUE(sink.told.empty());
    EXPECT_EQ(log.count("receipt_refused"), 2);
}

TEST_F(Callbacks, WhatCouldNotBeStoredIsAskedForAgain) {
    sink.down = true;
    EXPECT_EQ(post("acme", token()), 503);
}

} // namespace
} // namespace dialproof::callbacks
