// How many texts a second one SMPP link submits, and what each takes, with nothing in front of it.
//
//   smpp_bench PORT WINDOW SECONDS      to a centre on this machine, such as instant_smsc; prints JSON
#include "app/loop_alarm.h"
#include "base/json_writer.h"
#include "net/event_loop.h"
#include "outgoing/net_dialer.h"
#include "platform/json_log.h"
#include "platform/system_clock.h"
#include "platform/system_random.h"
#include "senders/smpp/smpp_sender.h"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <time.h>

namespace {

using namespace dialproof;
using Steady = std::chrono::steady_clock;

constexpr unsigned per_second = 1'000'000; // more than there is
constexpr std::size_t callers_for_a_place = 2;
constexpr Milliseconds warm_up{500}, look_again{10};

class NoReceipts final : public ports::ReceiptSink {
public:
    Task<Result<void, ports::Fault>> take(ports::ProviderReceipt) override {
        co_return Result<void, ports::Fault>();
    }
};

double cpu_seconds() {
    timespec used{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

senders::SmppConfig config(std::uint16_t port, std::size_t window) {
    senders::SmppLink link;
    link.name = "main";
    link.endpoint.host = "127.0.0.1";
    link.endpoint.port = port;
    link.system_id = "bench";
    link.password = Secret<std::string>("bench");
    link.sender = "Dialproof";
    link.window = window;
    link.messages_per_second = per_second;
    return {"bench", {link}};
}

class Bench {
public:
    explicit Bench(Seconds time) : alarm_(loop_, clock_), time_(time) {}

    bool run(std::uint16_t port, std::size_t window) {
        auto made = senders::SmppSender::make(config(port, window),
                                              {dialer_, clock_, {&alarm_}, log_, random_, receipts_, loop_});
        if (!made)
            return false;
        sender_ = std::move(*made);
        spawn(loop_, sender_->run(), [this] { loop_.stop(); });
        spawn(loop_, measure(window));
        loop_.run();
        report(window);
        return sent_ > 0;
    }

private:
    Task<void> pause(Milliseconds time) {
        net::Timer timer(loop_);
        auto waiting = timer.wait(time);
        co_await waiting;
    }

    Task<void> measure(std::size_t window) {
        const auto give_up = Steady::now() + time_;
        bool bound = false;
        while (!bound && Steady::now() < give_up) {
            co_await pause(look_again);
            const auto checked = co_await sender_->check();
            bound = checked.has_value();
        }
        for (std::size_t i = 0; bound && i < window * callers_for_a_place; ++i)
            spawn(loop_, submit_all());
        co_await pause(warm_up);
        const auto sent_before = taken_;
        const double cpu_before = cpu_seconds();
        const auto began = Steady::now();
        co_await pause(time_);
        sent_ = taken_ - sent_before;
        cpu_ = cpu_seconds() - cpu_before;
        seconds_ = std::chrono::duration<double>(Steady::now() - began).count();
        over_ = true;
        sender_->stop();
    }

    Task<void> submit_all() {
        const Instant now = clock_.now();
        const ports::OutgoingText text{core::MessageId("00000000000000000000000000000000"),
                                       *core::PhoneNumber::parse("+41791234567"),
                                       core::ServiceName("default"),
                                       "sms",
                                       Secret<std::string>("123456 is your Dialproof code."),
                                       Secret<std::string>("123456"),
                                       now,
                                       now + Seconds(600)};
        while (!over_) {
            const auto result = co_await sender_->submit(text);
            if (result.outcome != ports::SubmitOutcome::accepted)
                co_return;
            ++taken_;
        }
    }

    void report(std::size_t window) const {
        JsonWriter json;
        json.begin_object().member("window", static_cast<std::uint64_t>(window)).member("texts", sent_);
        json.member("seconds", seconds_).member("cpu_seconds", cpu_).end_object();
        std::puts(json.take().c_str());
    }

    net::EventLoop loop_;
    platform::SystemClock clock_;
    platform::SystemRandom random_;
    platform::JsonLog log_{ports::LogLevel::warning};
    outgoing::NetDialer dialer_{loop_};
    app::LoopAlarm alarm_;
    NoReceipts receipts_;
    std::unique_ptr<senders::SmppSender> sender_;
    const Seconds time_;
    std::uint64_t taken_ = 0, sent_ = 0;
    double cpu_ = 0, seconds_ = 0;
    bool over_ = false;
};

template <typename T>
std::optional<T> whole(std::string_view text) {
    T number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

} // namespace

int main(int argc, char** argv) {
    const auto port = argc == 4 ? whole<std::uint16_t>(argv[1]) : std::nullopt;
    const auto window = argc == 4 ? whole<std::size_t>(argv[2]) : std::nullopt;
    const auto seconds = argc == 4 ? whole<unsigned>(argv[3]) : std::nullopt;
    if (!port || !window || !seconds) {
        std::fputs("smpp_bench PORT WINDOW SECONDS\n", stderr);
        return 2;
    }
    Bench bench{Seconds(*seconds)};
    return bench.run(*port, *window) ? 0 : 1;
}
