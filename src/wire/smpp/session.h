// An ESME's side of one SMPP session, without a socket: bytes and time go in, bytes to write and events come
// out (SMPP 3.4 sections 2 and 7). One session lives as long as its connection; it begins with the bind, and
// ends with one of BindRefused, Lost and Closed.
//
// After each call its owner writes `take_output`, handles all of `next_event`, and calls `tick` at
// `next_deadline`.
#pragma once

#include "base/instant.h"
#include "base/result.h"
#include "wire/smpp/pdu.h"
#include "wire/smpp/pdu_decoder.h"
#include "wire/smpp/send_rate.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace dialproof::wire::smpp {

struct SessionTimes {
    Seconds bind{30};          // for the answer to the bind
    Seconds idle{30};          // nothing was heard for so long: enquire
    Seconds silence{10};       // after an enquiry and a second one nothing was heard: lost
    Seconds stop_window{5};    // for what is under way when we stop
    Seconds unbind{2};         // for the answer to the unbind
    Seconds receipt_answer{4}; // for the owner, or the centre is asked to come again: one gives up after 5
};

struct SessionConfig {
    CommandId bind = CommandId::bind_transceiver;
    Bind identity;            // within the bounds of its fields
    std::size_t window = 10;  // messages without an answer; 1 to 1000
    unsigned per_second = 20; // at least 1
    std::uint32_t first_sequence = sequence_first;
    SessionTimes times;
};

enum class LossReason {
    connection_ended,
    bind_unanswered,
    silent,
    unbound_by_centre,
    not_bound_for_centre, // it answered a message so
    length_of_no_pdu,
    output_not_taken,
};
std::string_view to_text(LossReason reason);

using SubmitToken = std::uint64_t; // the owner's name for a message

struct Bound {};
struct BindRefused {
    std::uint32_t status = 0;
};
struct Answered {
    SubmitToken token = 0;
    std::uint32_t status = 0;
    std::string message_id;
};
struct Unanswered {
    SubmitToken token = 0;
    // What became of it is not known; else its bytes were never taken, and are not in the output any more.
    bool written = false;
};
// A deliver_sm or data_sm, to be answered by `answer`.
struct Received {
    Pdu pdu;
};
// The centre finds us too fast, for the first time since we were at the full rate.
struct Slowed {
    double per_second = 0;
};
struct Lost {
    LossReason reason{};
};
struct Closed {}; // as `stop` asked for

using Event = std::variant<Bound, BindRefused, Answered, Unanswered, Received, Slowed, Lost, Closed>;

class Session {
public:
    // Received and not answered at one time; more are told to come again.
    static constexpr std::size_t received_max = 100;
    static constexpr std::size_t output_bytes_max = std::size_t{1024} * 1024;

    Session(SessionConfig config, Instant now);

    void feed(std::string_view bytes, Instant now);
    void connection_ended();
    void tick(Instant now);

    // The moment from which a message may be submitted; empty where something has to happen first.
    [[nodiscard]] std::optional<Instant> room_at(Instant now);
    // Where there is room now. Its Answered or Unanswered comes by `answer_by`.
    Result<void, FieldFault> submit(SubmitToken token, ShortMessage message, Instant answer_by, Instant now);
    // Does nothing where it was answered, or the session ended, in between.
    void answer(CommandId request, std::uint32_t sequence, std::uint32_t status, Instant now);
    // Takes no more messages, waits for those under way, unbinds.
    void stop(Instant now);

    [[nodiscard]] bool has_output() const { return !output_.empty(); }
    [[nodiscard]] std::string take_output();
    [[nodiscard]] std::optional<Event> next_event();
    // None once it ended.
    [[nodiscard]] std::optional<Instant> next_deadline() const;

    [[nodiscard]] bool bound() const { return state_ == State::bound; }
    [[nodiscard]] bool ended() const { return state_ == State::ended; }
    // Messages without an answer.
    [[nodiscard]] std::size_t under_way() const { return window_.size(); }

private:
    enum class State { binding, bound, draining, unbinding, ended };
    struct Outstanding {
        SubmitToken token;
        Instant answer_by;
        bool written;
    };
    struct Unacknowledged {
        CommandId request;
        std::uint32_t sequence;
        Instant answer_by;
    };

    std::uint32_t next_sequence();
    void write(const Pdu& pdu);
    void write_empty(CommandId id, std::uint32_t status, std::uint32_t sequence);
    void handle(Pdu pdu, Instant now);
    void handle_request(Pdu pdu, Instant now);
    void handle_response(const Pdu& pdu, Instant now);
    void handle_bind_answer(std::uint32_t status);
    void handle_submit_answer(const Pdu& pdu, Instant now);
    void receive(Pdu pdu, Instant now);
    void acknowledge(CommandId request, std::uint32_t sequence, std::uint32_t status);
    void expire(Instant now);
    void enquire(Instant now);
    void go_on_stopping(Instant now);
    void end(Event last);

    SessionConfig config_;
    SendRate rate_;
    PduDecoder decoder_;
    State state_ = State::binding;
    std::string output_;
    std::deque<Event> events_;
    std::map<std::uint32_t, Outstanding> window_; // by sequence number
    std::vector<Unacknowledged> received_;
    std::uint32_t sequence_;         // the next
    std::uint32_t own_sequence_ = 0; // of the bind, later of the unbind
    Instant state_deadline_;         // of all states but `bound`
    Instant enquiry_due_;
    unsigned enquiries_ = 0; // since something was heard
};

} // namespace dialproof::wire::smpp
