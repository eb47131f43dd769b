#include "app/provider_commands.h"

#include "app/provider_set.h"
#include "base/text.h"
#include "numbering/libphonenumber_plan.h"
#include "platform/json_log.h"
#include "platform/system_clock.h"
#include "platform/system_random.h"
#include "wire/sms_text.h"

#include <array>
#include <atomic>
#include <condition_variable>
#include <iostream>
#include <mutex>
#include <optional>
#include <type_traits>

namespace dialproof::app {

namespace {

constexpr Milliseconds look_again{200};

// Says each receipt, and lets somebody wait for the last one.
class PrintingSink final : public ports::ReceiptSink {
public:
    Task<Result<void, ports::Fault>> take(ports::ProviderReceipt receipt) override {
        {
            const std::lock_guard lock(mutex_);
            std::cout << "receipt    " << to_text(receipt.state)
                      << (receipt.error.empty() ? "" : " " + receipt.error)
                      << (receipt.price ? ", " + to_text(*receipt.price) : "") << std::endl;
            ended_ = ended_ || ports::is_final(receipt.state);
        }
        told_.notify_all();
        co_return Result<void, ports::Fault>();
    }
    void wait(Seconds time) {
        std::unique_lock lock(mutex_);
        told_.wait_for(lock, time, [this] { return ended_; });
    }

private:
    std::mutex mutex_;
    std::condition_variable told_;
    bool ended_ = false;
};

// Providers at work on a loop of their own.
class Workshop {
public:
    static Result<std::unique_ptr<Workshop>, std::string> open(const Config& config) {
        auto shop = std::make_unique<Workshop>();
        auto made = ProviderSet::make(
            config, {shop->loops_[0], shop->clock_, shop->log_, shop->random_, shop->receipts_});
        if (!made)
            return fail(made.error());
        shop->providers_ = std::move(*made);
        for (auto& task : shop->providers_->tasks()) {
            ++shop->running_;
            spawn(shop->loops_[0], std::move(task), [raw = shop.get()] { --raw->running_; });
        }
        shop->loops_.start();
        return shop;
    }
    Workshop() : loops_(1) {}
    Workshop(const Workshop&) = delete;
    Workshop& operator=(const Workshop&) = delete;
    ~Workshop() {
        if (providers_)
            providers_->stop();
        while (running_ > 0)
            wait_for(pause(loops_[0], look_again));
        loops_.stop();
        loops_.join();
    }

    // The task runs on the providers' loop.
    template <typename T>
    T wait_for(Task<T> task) {
        struct Waiting {
            std::mutex mutex;
            std::condition_variable ended;
            std::optional<std::conditional_t<std::is_void_v<T>, bool, T>> value;
        } waiting;
        const auto end = [&waiting]([[maybe_unused]] auto... value) {
            const std::lock_guard lock(waiting.mutex);
            if constexpr (std::is_void_v<T>)
                waiting.value = true;
            else
                waiting.value.emplace(std::move(value)...);
            waiting.ended.notify_all();
        };
        spawn(loops_[0], std::move(task), end);
        std::unique_lock lock(waiting.mutex);
        waiting.ended.wait(lock, [&waiting] { return waiting.value.has_value(); });
        if constexpr (!std::is_void_v<T>)
            return std::move(*waiting.value);
    }

    ProviderSet& providers() { return *providers_; }
    PrintingSink& receipts() { return receipts_; }
    const ports::Clock& clock() const { return clock_; }
    ports::Random& random() { return random_; }

private:
    platform::SystemClock clock_;
    platform::SystemRandom random_;
    platform::JsonLog log_{ports::LogLevel::warning};
    PrintingSink receipts_;
    net::EventLoops loops_;
    std::unique_ptr<ProviderSet> providers_;
    std::atomic<unsigned> running_ = 0;
};

Result<core::NumberFacts, std::string> number_of(const std::string& text) {
    auto plan = numbering::LibphonenumberPlan::create();
    if (!plan)
        return fail(plan.error());
    auto facts = (*plan)->parse(text, "", ports::Strictness::valid);
    if (!facts)
        return fail(std::string("--to: expected a number such as +41791234567"));
    return std::move(*facts);
}

ports::OutgoingText test_text(const core::NumberFacts& facts, Workshop& shop, std::string sender_id) {
    std::array<unsigned char, 16> bytes{};
    shop.random().fill(bytes);
    const Instant now = shop.clock().now();
    const std::string code = "123456";
    return {core::MessageId(to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()})),
            facts.number,
            core::ServiceName("default"),
            "sms",
            Secret<std::string>("This is a test of Dialproof. It shows the code " + code +
                                ", which opens nothing."),
            Secret<std::string>(code),
            now,
            now + Seconds(600),
            1,
            std::move(sender_id),
            {}};
}

// What it takes, and costs by what the configuration says of that provider.
void announce(const ports::OutgoingText& text, const PricesPerPart& prices, const std::string& country) {
    const auto plan = sms::plan(text.text.reveal());
    const auto parts = static_cast<unsigned>(plan.parts.size());
    std::cout << "text       " << sms::to_text(plan.encoding) << ", " << parts
              << (parts == 1 ? " part" : " parts");
    if (const auto cost = expected_cost(prices, country, parts))
        std::cout << ", expected to cost " << to_text(*cost);
    std::cout << std::endl;
}

Result<void, std::string> report(const ports::SubmitResult& result, const std::string& provider) {
    std::cout << "answer     " << to_text(result.outcome) << (result.error.empty() ? "" : " " + result.error)
              << std::endl;
    if (!result.reference.empty())
        std::cout << "reference  " << result.reference << std::endl;
    if (result.price)
        std::cout << "price      " << to_text(*result.price) << std::endl;
    if (result.outcome == ports::SubmitOutcome::accepted)
        return {};
    return fail(provider + " did not take it: " + std::string(to_text(result.outcome)) + " " + result.error);
}

} // namespace

Result<void, std::string> send_test(const Config& config, const SendTest& test) {
    const auto facts = number_of(test.to);
    if (!facts)
        return fail(facts.error());
    const auto table = route_table(config);
    const auto& route = table.find(facts->region, facts->type);
    if (route.providers.empty())
        return fail(std::string("senders.order: there is no provider for this number"));
    const std::string name = test.provider.empty() ? route.providers.front() : test.provider;
    auto shop = Workshop::open(config);
    if (!shop)
        return fail(shop.error());
    auto* sender = (*shop)->providers().find(name);
    if (!sender)
        return fail("--provider: no route and no senders.order names " + name);
    std::cout << "route      " << route.name << "\nprovider   " << name << std::endl;
    if (const auto ready = (*shop)->wait_for(sender->check()); !ready)
        return fail(name + ": " + ready.error());
    const auto text = test_text(*facts, **shop, route.sender_id);
    if (const auto settings = config.providers.find(name); settings != config.providers.end())
        announce(text, settings->second.price_per_part, facts->region);
    const auto result = (*shop)->wait_for(sender->submit(text));
    auto taken = report(result, name);
    if (taken && result.receipt_by_reference)
        (*shop)->receipts().wait(test.receipt_wait);
    return taken;
}

Result<void, std::string> check_providers(const Config& config) {
    auto shop = Workshop::open(config);
    if (!shop)
        return fail(shop.error());
    std::string bad;
    for (auto* sender : (*shop)->providers().senders()) {
        const auto answer = (*shop)->wait_for(sender->check());
        std::cout << sender->name() << "  " << (answer ? "good: " + *answer : "BAD: " + answer.error())
                  << std::endl;
        if (!answer)
            bad += (bad.empty() ? "" : ", ") + std::string(sender->name());
    }
    if (!bad.empty())
        return fail("not in order: " + bad);
    return {};
}

} // namespace dialproof::app
