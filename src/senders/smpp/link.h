// One connection to a message centre: dials, binds, serves the session, and does so again when it is lost.
#pragma once

#include "base/task.h"
#include "ports/byte_stream.h"
#include "ports/clock.h"
#include "ports/log.h"
#include "ports/random.h"
#include "ports/receipt.h"
#include "ports/sender.h"
#include "senders/smpp/reconnect_delay.h"
#include "senders/smpp/smpp_config.h"
#include "wire/smpp/session.h"

#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace dialproof::senders {

struct LinkPorts {
    ports::Dialer& dialer;
    ports::Clock& clock;
    ports::Alarm& alarm; // of this link alone
    ports::Log& log;
    ports::Random& random;
    ports::ReceiptSink& receipts;
    Executor& executor;
};

// What became of one short message.
struct PartAnswer {
    ports::SubmitOutcome outcome = ports::SubmitOutcome::unknown;
    std::string message_id; // where accepted
    std::string error;
};

// Those who wait for room on any of the links, or to hear how they are.
class Waiters {
public:
    virtual ~Waiters() = default;
    // A link changed, or it may be too late to wait.
    virtual void serve() = 0;
    // When to look again, whatever happens.
    [[nodiscard]] virtual std::optional<Instant> next_look() = 0;
};

// All but `stop` is for the executor alone.
class Link {
public:
    Link(std::string provider, SmppLink config, LinkPorts ports, Waiters& waiting);

    // Returns after `stop`, when everything of the link has ended.
    Task<void> run();
    // Safe from any thread.
    void stop();

    [[nodiscard]] const SmppLink& config() const { return config_; }
    // Whether it is bound, and to send.
    [[nodiscard]] bool sends() const;
    // Names the connection: another number, another session.
    [[nodiscard]] unsigned connection() const { return connection_; }
    // The moment from which a message may be submitted; empty where something has to happen first.
    [[nodiscard]] std::optional<Instant> room_at(Instant now);
    // Of its window, 0 to 1.
    [[nodiscard]] double load() const;
    // Where there is room now.
    void submit(wire::smpp::ShortMessage message, Instant answer_by, Completer<PartAnswer> done);
    // Looks at once whether there is something to do.
    void wake() { ports_.alarm.wake(); }

    [[nodiscard]] bool bound() const { return session_ && session_->bound(); }
    // Whether its first bind has come to an end, good or bad.
    [[nodiscard]] bool tried() const { return tried_; }
    // In words, and why.
    [[nodiscard]] std::string state() const { return bound() ? "bound" : "not bound: " + why_not_bound_; }

private:
    Task<void> connect_and_serve();
    Task<void> serve();
    Task<void> close();
    Task<void> rest();
    Task<void> read_all();
    Task<void> write_all();
    Task<void> store_receipt(ports::ProviderReceipt receipt, wire::smpp::CommandId request,
                             std::uint32_t sequence, unsigned connection);
    void attend();
    void start_writing();
    void start(Task<void> task);
    void answer(wire::smpp::SubmitToken token, PartAnswer answer);

    void on(const wire::smpp::Bound&);
    void on(const wire::smpp::BindRefused& refused);
    void on(const wire::smpp::Answered& answered);
    void on(const wire::smpp::Unanswered& unanswered);
    void on(const wire::smpp::Received& received);
    void on(const wire::smpp::Slowed& slowed);
    void on(const wire::smpp::Lost& lost);
    void on(const wire::smpp::Closed&);

    [[nodiscard]] Instant now() const { return ports_.clock.now(); }
    void try_again_after(Milliseconds delay) { retry_at_ = now() + delay; }

    const std::string provider_;
    const SmppLink config_;
    LinkPorts ports_;
    Waiters& waiting_;
    std::atomic<bool> stopping_ = false;

    unsigned connection_ = 0;
    std::unique_ptr<ports::ByteStream> stream_;
    std::optional<wire::smpp::Session> session_;
    bool writing_ = false;
    std::size_t tasks_ = 0;    // that use the stream
    std::size_t receipts_ = 0; // on their way into the sink; of earlier connections, too
    wire::smpp::SubmitToken last_token_ = 0;
    std::map<wire::smpp::SubmitToken, Completer<PartAnswer>> submitted_;
    std::size_t unknown_ = 0; // of this connection

    ReconnectDelay delay_;
    Instant retry_at_;
    std::optional<Instant> bound_at_;
    bool tried_ = false;
    std::string why_not_bound_ = "not dialed yet";
};

} // namespace dialproof::senders
