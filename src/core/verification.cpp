#include "core/verification.h"

#include <algorithm>
#include <cstdlib>

namespace dialproof::core {

std::string_view to_text(VerificationStatus status) {
    switch (status) {
    case VerificationStatus::pending:
        return "pending";
    case VerificationStatus::approved:
        return "approved";
    case VerificationStatus::ended:
        return "ended";
    }
    std::abort();
}

std::string_view to_text(Purpose purpose) {
    switch (purpose) {
    case Purpose::prove_number:
        return "prove_number";
    case Purpose::sign_in:
        return "sign_in";
    }
    std::abort();
}

std::string_view to_text(Channel channel) {
    switch (channel) {
    case Channel::sms:
        return "sms";
    }
    std::abort();
}

std::string_view to_text(Handover handover) {
    switch (handover) {
    case Handover::message:
        return "message";
    case Handover::answer:
        return "answer";
    case Handover::fixed:
        return "fixed";
    }
    std::abort();
}

std::string_view to_text(EndReason reason) {
    switch (reason) {
    case EndReason::superseded:
        return "superseded";
    case EndReason::number_removed:
        return "number_removed";
    case EndReason::user_removed:
        return "user_removed";
    }
    std::abort();
}

unsigned misses_counted(const Verification& v, const Policy& policy, Instant now) {
    return static_cast<unsigned>(std::count_if(
        v.misses.begin(), v.misses.end(), [&](Instant miss) { return miss + policy.guesses_fade > now; }));
}

std::optional<Refused> guess_refused(const Verification& v, const CheckCode& check, const Policy& policy,
                                     Instant now) {
    if (v.status == VerificationStatus::ended || v.number != check.number || v.purpose != check.purpose)
        return Refused{Reason::nothing_pending, {}, {}};
    const unsigned misses = misses_counted(v, policy, now);
    if (misses < policy.guesses)
        return {};
    if (policy.guesses == 0)
        return Refused{Reason::attempts_spent, {}, 0};
    // The guess that has to fade before the next one fits.
    const Instant oldest = v.misses[v.misses.size() - policy.guesses];
    return Refused{Reason::attempts_spent, oldest + policy.guesses_fade, 0};
}

std::vector<VerificationEvent> decide(const StartVerification& start, const Policy& policy, Instant now) {
    return {{now, VerificationStarted{start.id, policy.service, start.subject, start.number.number,
                                      start.number.region, start.purpose, Channel::sms, start.dialect,
                                      start.locale, policy.code, start.sealed_code}},
            {now, CodeMade{1, start.key_number, start.handover, now + policy.code_lifetime}}};
}

Result<std::vector<VerificationEvent>, Refused> decide(const Verification& v, const RenewCode& renew,
                                                       const Policy& policy, Instant now) {
    if (v.status != VerificationStatus::pending)
        return fail(Refused{Reason::nothing_pending, {}, {}});
    return std::vector<VerificationEvent>{
        {now, CodeMade{v.generation + 1, renew.key_number, renew.handover, now + policy.code_lifetime}}};
}

CheckDecision decide(const Verification& v, const CheckCode& check, const Policy& policy, Instant now) {
    if (const auto refused = guess_refused(v, check, policy, now))
        return {{}, fail(*refused)};
    const unsigned misses = misses_counted(v, policy, now) + 1;
    const auto miss = [&](Reason reason) -> CheckDecision {
        return {{{now, GuessMissed{misses}}}, fail(Refused{reason, {}, policy.guesses - misses})};
    };
    // Age and use are told to those alone who have the right code.
    if (!check.matches)
        return miss(Reason::code_wrong);
    if (v.status == VerificationStatus::approved)
        return miss(Reason::already_verified);
    if (now >= v.expires_at)
        return miss(Reason::code_expired);
    return {{{now, VerificationApproved{}}}, Approved{}};
}

std::vector<VerificationEvent> decide(const Verification& v, const EndVerification& end, Instant now) {
    if (v.status != VerificationStatus::pending)
        return {};
    return {{now, VerificationEnded{end.reason}}};
}

namespace {

struct Applier {
    Verification v;
    Instant at;

    void operator()(const VerificationStarted& started) {
        v = {};
        v.id = started.id;
        v.service = started.service;
        v.subject = started.subject;
        v.number = started.number;
        v.region = started.region;
        v.purpose = started.purpose;
        v.channel = started.channel;
        v.dialect = started.dialect;
        v.locale = started.locale;
        v.code_shape = started.code_shape;
        v.sealed_code = started.sealed_code;
        v.created_at = at;
    }
    void operator()(const CodeMade& made) {
        v.generation = made.generation;
        v.key_number = made.key_number;
        v.handover = made.handover;
        v.expires_at = made.expires_at;
    }
    void operator()(const GuessMissed& missed) {
        v.misses.push_back(at);
        if (v.misses.size() > missed.misses)
            v.misses.erase(v.misses.begin(), v.misses.end() - missed.misses);
    }
    void operator()(const VerificationApproved&) {
        v.status = VerificationStatus::approved;
        v.sealed_code.clear();
    }
    void operator()(const VerificationEnded&) {
        v.status = VerificationStatus::ended;
        v.sealed_code.clear();
    }
};

} // namespace

Verification apply(Verification v, const VerificationEvent& event) {
    const auto sequence = v.sequence + 1;
    Applier applier{std::move(v), event.at};
    std::visit(applier, event.what);
    applier.v.sequence = sequence;
    applier.v.changed_at = event.at;
    return std::move(applier.v);
}

Verification apply(Verification v, const std::vector<VerificationEvent>& events) {
    for (const auto& event : events)
        v = apply(std::move(v), event);
    return v;
}

} // namespace dialproof::core
