#include "wire/smpp/session.h"

#include "wire/smpp/status.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>

namespace dialproof::wire::smpp {

namespace {

constexpr unsigned enquiries_max = 2;
constexpr std::uint32_t status_unknown_error = 0xFF;

} // namespace

std::string_view to_text(LossReason reason) {
    switch (reason) {
    case LossReason::connection_ended:
        return "connection_ended";
    case LossReason::bind_unanswered:
        return "bind_unanswered";
    case LossReason::silent:
        return "silent";
    case LossReason::unbound_by_centre:
        return "unbound_by_centre";
    case LossReason::not_bound_for_centre:
        return "not_bound_for_centre";
    case LossReason::length_of_no_pdu:
        return "length_of_no_pdu";
    case LossReason::output_not_taken:
        return "output_not_taken";
    }
    std::abort();
}

Session::Session(SessionConfig config, Instant now) :
    config_(std::move(config)), rate_(config_.per_second, now), sequence_(config_.first_sequence),
    own_sequence_(next_sequence()), state_deadline_(now + config_.times.bind),
    enquiry_due_(now + config_.times.idle) {
    assert(config_.window > 0 && config_.per_second > 0);
    write(Pdu{config_.bind, 0, own_sequence_, config_.identity});
}

// Those of the window are passed over: after 2^31 requests one of them might still wait.
std::uint32_t Session::next_sequence() {
    std::uint32_t sequence = 0;
    do {
        sequence = sequence_;
        sequence_ = sequence == sequence_last ? sequence_first : sequence + 1;
    } while (window_.contains(sequence));
    return sequence;
}

void Session::write(const Pdu& pdu) {
    const auto octets = encode(pdu);
    assert(octets);
    output_ += *octets;
    if (output_.size() > output_bytes_max)
        end(Lost{LossReason::output_not_taken});
}

void Session::write_empty(CommandId id, std::uint32_t status, std::uint32_t sequence) {
    write(Pdu{id, status, sequence, Empty{}});
}

void Session::feed(std::string_view bytes, Instant now) {
    decoder_.feed(bytes);
    enquiries_ = 0;
    enquiry_due_ = now + config_.times.idle;
    while (!ended()) {
        auto next = decoder_.next();
        if (!next)
            break;
        if (*next)
            handle(std::move(**next), now);
        else
            end(Lost{LossReason::length_of_no_pdu});
    }
    go_on_stopping(now);
}

void Session::handle(Pdu pdu, Instant now) {
    if (is_response(pdu.id))
        handle_response(pdu, now);
    else
        handle_request(std::move(pdu), now);
}

void Session::handle_request(Pdu pdu, Instant now) {
    switch (pdu.id) {
    case CommandId::enquire_link:
        return write_empty(CommandId::enquire_link_resp, status_ok, pdu.sequence);
    case CommandId::unbind:
        end(Lost{LossReason::unbound_by_centre});
        return write_empty(CommandId::unbind_resp, status_ok, pdu.sequence);
    case CommandId::deliver_sm:
    case CommandId::data_sm:
        return receive(std::move(pdu), now);
    case CommandId::alert_notification:
    case CommandId::outbind:
        return; // neither has a response
    default:
        return write_empty(CommandId::generic_nack, status_command_id, pdu.sequence);
    }
}

void Session::receive(Pdu pdu, Instant now) {
    if (std::holds_alternative<Unreadable>(pdu.body))
        return write_empty(CommandId::generic_nack, status_command_length, pdu.sequence);
    if (received_.size() >= received_max)
        return acknowledge(pdu.id, pdu.sequence, status_come_again);
    received_.push_back({pdu.id, pdu.sequence, now + config_.times.receipt_answer});
    events_.emplace_back(Received{std::move(pdu)});
}

void Session::acknowledge(CommandId request, std::uint32_t sequence, std::uint32_t status) {
    write(Pdu{response_to(request), status, sequence, MessageResponse{}});
}

void Session::answer(CommandId request, std::uint32_t sequence, std::uint32_t status, Instant now) {
    const auto found = std::find_if(received_.begin(), received_.end(), [&](const Unacknowledged& one) {
        return one.request == request && one.sequence == sequence;
    });
    if (found == received_.end())
        return;
    received_.erase(found);
    acknowledge(request, sequence, status);
    go_on_stopping(now);
}

void Session::handle_response(const Pdu& pdu, Instant now) {
    const bool nack = pdu.id == CommandId::generic_nack;
    // A nack is never good news, whatever its status says.
    const auto status = nack && pdu.status == status_ok ? status_unknown_error : pdu.status;
    if (pdu.sequence == own_sequence_ && state_ == State::binding) {
        if (nack || pdu.id == response_to(config_.bind))
            handle_bind_answer(status);
    } else if (pdu.sequence == own_sequence_ && state_ == State::unbinding) {
        if (nack || pdu.id == CommandId::unbind_resp)
            end(Closed{});
    } else if (nack || pdu.id == CommandId::submit_sm_resp) {
        handle_submit_answer({pdu.id, status, pdu.sequence, pdu.body}, now);
    }
}

void Session::handle_bind_answer(std::uint32_t status) {
    if (status != status_ok)
        return end(BindRefused{status});
    state_ = State::bound;
    events_.emplace_back(Bound{});
}

void Session::handle_submit_answer(const Pdu& pdu, Instant now) {
    const auto found = window_.find(pdu.sequence);
    if (found == window_.end())
        return;
    const auto* body = std::get_if<MessageResponse>(&pdu.body);
    events_.emplace_back(Answered{found->second.token, pdu.status, body ? body->message_id : ""});
    window_.erase(found);
    const auto action = submit_action(pdu.status);
    const auto congestion = body ? find_u8(body->tlvs, Tag::congestion_state) : std::nullopt;
    bool slowed = congestion && rate_.congested(*congestion, now);
    slowed = (action == SubmitAction::slow_down && rate_.slow_down(now)) || slowed;
    if (slowed)
        events_.emplace_back(Slowed{rate_.per_second()});
    if (action == SubmitAction::bind_first)
        end(Lost{LossReason::not_bound_for_centre});
}

std::optional<Instant> Session::room_at(Instant now) {
    if (state_ != State::bound || config_.bind == CommandId::bind_receiver ||
        window_.size() >= config_.window)
        return {};
    return rate_.next_at(now);
}

Result<void, FieldFault> Session::submit(SubmitToken token, ShortMessage message, Instant answer_by,
                                         Instant now) {
    const auto sequence = next_sequence();
    const auto octets = encode(Pdu{CommandId::submit_sm, 0, sequence, std::move(message)});
    if (!octets)
        return fail(octets.error());
    const bool within_rate = rate_.take(now);
    assert(within_rate && state_ == State::bound && window_.size() < config_.window);
    static_cast<void>(within_rate);
    output_ += *octets;
    window_.emplace(sequence, Outstanding{token, answer_by, false});
    return {};
}

void Session::connection_ended() {
    if (state_ == State::unbinding)
        end(Closed{}); // some centres do that instead of an answer
    else
        end(Lost{LossReason::connection_ended});
}

void Session::end(Event last) {
    if (ended())
        return;
    state_ = State::ended;
    for (const auto& [sequence, message] : window_)
        events_.emplace_back(Unanswered{message.token, message.written});
    window_.clear();
    received_.clear();
    output_.clear(); // so that what was not written never will be
    events_.push_back(std::move(last));
}

void Session::stop(Instant now) {
    if (state_ == State::binding)
        return end(Closed{});
    if (state_ != State::bound)
        return;
    state_ = State::draining;
    state_deadline_ = now + config_.times.stop_window;
    go_on_stopping(now);
}

void Session::go_on_stopping(Instant now) {
    const bool nothing_left = window_.empty() && received_.empty();
    if (state_ == State::unbinding && now >= state_deadline_)
        return end(Closed{});
    if (state_ != State::draining || (!nothing_left && now < state_deadline_))
        return;
    state_ = State::unbinding;
    state_deadline_ = now + config_.times.unbind;
    own_sequence_ = next_sequence();
    write_empty(CommandId::unbind, status_ok, own_sequence_);
}

void Session::tick(Instant now) {
    if (state_ == State::binding && now >= state_deadline_)
        end(Lost{LossReason::bind_unanswered});
    if (ended())
        return;
    expire(now);
    enquire(now);
    go_on_stopping(now);
}

void Session::expire(Instant now) {
    std::erase_if(window_, [&](const auto& entry) {
        const bool late = entry.second.answer_by <= now;
        if (late)
            events_.emplace_back(Unanswered{entry.second.token, true}); // written yet or not: it goes
        return late;
    });
    const auto late = std::stable_partition(received_.begin(), received_.end(),
                                            [&](const Unacknowledged& one) { return one.answer_by > now; });
    const std::vector<Unacknowledged> overdue(late, received_.end());
    received_.erase(late, received_.end());
    for (const auto& one : overdue)
        acknowledge(one.request, one.sequence, status_come_again);
}

void Session::enquire(Instant now) {
    if (now < enquiry_due_)
        return;
    if (enquiries_ == enquiries_max)
        return end(Lost{LossReason::silent});
    ++enquiries_;
    enquiry_due_ = now + Milliseconds(config_.times.silence) / enquiries_max;
    write_empty(CommandId::enquire_link, status_ok, next_sequence());
}

std::string Session::take_output() {
    for (auto& [sequence, message] : window_)
        message.written = true;
    return std::exchange(output_, {});
}

std::optional<Event> Session::next_event() {
    if (events_.empty())
        return {};
    Event event = std::move(events_.front());
    events_.pop_front();
    return event;
}

std::optional<Instant> Session::next_deadline() const {
    if (ended())
        return {};
    Instant next = enquiry_due_;
    if (state_ != State::bound)
        next = std::min(next, state_deadline_);
    for (const auto& [sequence, message] : window_)
        next = std::min(next, message.answer_by);
    for (const auto& one : received_)
        next = std::min(next, one.answer_by);
    return next;
}

} // namespace dialproof::wire::smpp
