// Sends texts by SMPP 3.4, over one or several links to a provider's message centres.
//
// A text that needs several short messages leaves in that order on one link, each after the answer to the one
// before; it is accepted once all are, under the id of the first. The receipt of the first speaks for all: no
// others are asked for. Where a later part fails, what is left of the text shows on no handset, so that the
// failure is the text's.
#pragma once

#include "base/result.h"
#include "base/task.h"
#include "ports/sender.h"
#include "senders/smpp/link.h"
#include "senders/smpp/smpp_config.h"

#include <atomic>
#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace dialproof::senders {

struct SmppPorts {
    ports::Dialer& dialer;
    ports::Clock& clock;
    std::vector<ports::Alarm*> alarms; // one for each link, in their order, for it alone
    ports::Log& log;
    ports::Random& random;
    ports::ReceiptSink& receipts;
    Executor& executor; // the one that the dialer's streams are on
};

// All but `stop` is for the executor alone.
class SmppSender final : public ports::Sender, private Waiters {
public:
    static constexpr Seconds room_wait{2}; // for a place in a window
    static constexpr std::size_t waiting_max = 1000;
    static constexpr Seconds check_wait{10}; // for links that are about to be bound

    // A sentence where the configuration cannot work. The ports outlive the sender.
    static Result<std::unique_ptr<SmppSender>, std::string> make(SmppConfig config, SmppPorts ports);

    // Binds, and binds again what was lost, until `stop`; returns when all links are closed.
    Task<void> run();
    // Takes no more texts, waits for the answers to those under way, unbinds. Safe from any thread.
    void stop();

    [[nodiscard]] std::string_view name() const override { return name_; }
    // Within `room_wait` and the link's answer_timeout.
    Task<ports::SubmitResult> submit(const ports::OutgoingText& text) override;
    // Of each link whether it is bound, or why not; an error where one is not. Waits for those that were not
    // tried before.
    Task<Result<std::string, std::string>> check() override;

private:
    // A text on its way out; it lies in the frame of its `submit`.
    struct Leaving {
        const ports::OutgoingText& text;
        Instant place_by;
        Link* link = nullptr; // once it has one
        unsigned connection = 0;
        Instant answer_by{};
        std::vector<wire::smpp::ShortMessage> parts{};
        std::size_t next_part = 0;
    };
    struct Waiting {
        Leaving* leaving;
        Completer<PartAnswer> done;
    };

    struct Checking {
        Instant until;
        Completer<bool> done;
    };

    SmppSender(SmppConfig config, const SmppPorts& ports);
    [[nodiscard]] bool can_send() const;
    [[nodiscard]] Link* roomiest();
    void submit_next_part(Leaving& leaving, Completer<PartAnswer> done);
    bool place(Leaving& leaving, const Completer<PartAnswer>& done);
    bool choose_link(Leaving& leaving, Link& link);
    bool settle(const Waiting& waiting);
    void settle_checks();
    void serve() override;
    [[nodiscard]] std::optional<Instant> next_look() override;

    const std::string name_;
    ports::Clock& clock_;
    Executor& executor_;
    std::vector<std::unique_ptr<Link>> links_;
    std::size_t running_ = 0;
    std::deque<Waiting> waiting_;
    std::vector<Checking> checking_;
    std::uint16_t reference_; // of the last text
    std::atomic<bool> stopping_ = false;
};

} // namespace dialproof::senders
