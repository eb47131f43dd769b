#include "model.h"

#include "base/text.h"

#include <algorithm>
#include <charconv>

namespace dialproof::simulation {

namespace {

// A member of an event's data, which is one flat object without escapes.
std::string_view member(std::string_view data, std::string_view name) {
    std::string key(1, '"');
    key.append(name).append("\":");
    const auto at = data.find(key);
    if (at == std::string_view::npos)
        return {};
    std::string_view rest = data.substr(at + key.size());
    if (!rest.starts_with('"'))
        return rest.substr(0, rest.find_first_of(",}"));
    rest.remove_prefix(1);
    return rest.substr(0, rest.find('"'));
}

std::string text_member(std::string_view data, std::string_view name) {
    return std::string(member(data, name));
}

unsigned number_member(std::string_view data, std::string_view name) {
    const auto text = member(data, name);
    unsigned number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

std::size_t count_since(const std::vector<Instant>& times, Instant now, Seconds period) {
    return static_cast<std::size_t>(
        std::count_if(times.begin(), times.end(), [&](Instant at) { return at + period > now; }));
}

// Base64url has '-' and '_' too: a few digits between two of them are no code.
bool is_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

template <typename Visit>
void each_word(std::string_view text, Visit visit) {
    for (std::size_t at = 0; at < text.size();) {
        if (!is_word(text[at])) {
            ++at;
            continue;
        }
        std::size_t end = at;
        while (end < text.size() && is_word(text[end]))
            ++end;
        visit(text.substr(at, end - at));
        at = end;
    }
}

bool is_suffix(const std::vector<Instant>& part, const std::vector<Instant>& whole) {
    return part.size() <= whole.size() && std::equal(part.rbegin(), part.rend(), whole.rbegin());
}

} // namespace

void Model::breaks(std::string_view invariant, std::string_view detail) {
    trace_.note({"BROKEN:", invariant, detail});
    if (broken_.empty())
        broken_ = std::string(invariant).append(detail.empty() ? "" : ": ").append(detail);
}

const core::Policy& Model::policy(const std::string& service) const {
    return rules_.services.at(core::ServiceName(service));
}

Model::Terms Model::terms(const Proof& proof) const {
    const auto& service = policy(proof.service);
    Terms terms{service.guesses, service.guesses_fade, service.code_lifetime, service.send_gap};
    const auto dialect = rules_.dialects.find(proof.dialect);
    if (dialect == rules_.dialects.end())
        return terms;
    terms.guesses = dialect->second.guesses.value_or(terms.guesses);
    terms.code_lifetime = dialect->second.code_lifetime.value_or(terms.code_lifetime);
    if (dialect->second.send_gap)
        terms.send_gap = dialect->second.send_gap;
    return terms;
}

std::string Model::code_of(const std::string& id, const Proof& proof) const {
    if (proof.handover == "fixed")
        return rules_.test_numbers.at(*core::PhoneNumber::parse(proof.number)).reveal();
    return keys_.code(proof.key, id, proof.generation, proof.code_length);
}

std::vector<ports::Key> Model::keys() const {
    std::vector<ports::Key> keys;
    for (const auto& [id, proof] : proofs_)
        keys.emplace_back(core::VerificationId(id));
    for (const auto& [id, person] : people_)
        if (person.sequence > 0) // some are only asked about
            keys.emplace_back(core::UserId(id));
    for (const auto& [number, line] : lines_)
        keys.emplace_back(*core::PhoneNumber::parse(number));
    return keys;
}

std::vector<core::VerificationId> Model::verifications() const {
    std::vector<core::VerificationId> ids;
    for (const auto& [id, proof] : proofs_)
        ids.emplace_back(id);
    return ids;
}

// What is committed

void Model::loads(Context& context) const {
    context.seen.loaded_at = trace_.steps();
    context.seen.loaded_when = clock_.now();
    context.seen.derived.clear();
}

void Model::committed(Context& context, const ports::Changes& changes) {
    approved_in_this_commit_.clear();
    replaced_in_this_commit_.clear();
    for (const auto& event : changes.events) {
        trace_.note({"stored", event.type, event.stream, event.data});
        holds_no_code(event.data, "an event");
        happened(context, event);
        context.seen.events.push_back(event);
    }
    for (const auto& message : changes.messages)
        created(context, message.message);
    for (const auto& id : replaced_in_this_commit_)
        require(proofs_[id].status != "pending" || proofs_[id].expires_at < pruned_before_,
                "what a newer one replaces has ended", id);
    for (const auto& put : changes.puts) {
        const bool clears = context.exchange && context.exchange->intent.act == Act::clear_line;
        if (const auto* line = put.row.as<core::Line>(); line && clears) {
            lines_[line->number.e164()].misses.clear();
            lines_[line->number.e164()].misses_in_row = 0;
        }
        holds_no_code(*put.row);
        compare(*put.row);
    }
}

void Model::happened(const Context& context, const ports::EventRecord& event) {
    const bool of_user = event.kind == ports::StreamKind::user;
    auto& sequence = of_user ? people_[event.stream].sequence : proofs_[event.stream].sequence;
    require(event.sequence == sequence + 1, "the sequence of a stream has no gap", event.stream);
    sequence = event.sequence;
    if (of_user)
        user_event(event);
    else
        verification_event(context, event);
    if (of_user && event.type == "phone_verified")
        verified(context, event.stream, people_[event.stream], text_member(event.data, "number"));
}

void Model::verification_event(const Context& context, const ports::EventRecord& event) {
    Proof& proof = proofs_[event.stream];
    proof.changed_at = event.at;
    if (event.type == "verification_started")
        started(event.stream, event);
    else if (event.type == "code_made")
        code_made(event.stream, proof, event);
    else if (event.type == "guess_missed")
        missed(proof, event.at);
    else if (event.type == "approved")
        approved(context, event.stream, proof, event.at);
    else if (event.type == "ended") {
        require(proof.status == "pending", "what has ended does not end again", event.stream);
        proof.status = "ended";
        proof.ended_at = trace_.steps();
    } else
        breaks("the model knows each event", event.type);
}

void Model::started(const std::string& id, const ports::EventRecord& event) {
    Proof& proof = proofs_[id];
    proof.service = text_member(event.data, "service");
    proof.number = text_member(event.data, "number");
    proof.user = text_member(event.data, "user");
    proof.dialect = text_member(event.data, "dialect");
    proof.code_length = number_member(event.data, "code_length");
    digits_.insert(proof.number.substr(1));
    if (!proof.user.empty())
        return;
    auto& newest = newest_[proof.dialect + ' ' + proof.service + ' ' + proof.number];
    if (!newest.empty()) {
        proofs_[newest].superseded_at = trace_.steps();
        replaced_in_this_commit_.push_back(newest);
    }
    newest = id;
}

void Model::code_made(const std::string& id, Proof& proof, const ports::EventRecord& event) {
    require(proof.status == "pending", "only what is pending has a new code", id);
    proof.generation = number_member(event.data, "generation");
    proof.key = number_member(event.data, "key");
    proof.handover = text_member(event.data, "handover");
    proof.expires_at = parse_rfc3339(member(event.data, "expires_at")).value_or(Instant{});
    proof.renewed_at = trace_.steps();
    require(proof.expires_at == event.at + terms(proof).code_lifetime, "a code lives as configured", id);
    require(proof.handover == "fixed" || codes_.emplace(code_of(id, proof), id).second,
            "each generation has its own code", id);
}

void Model::missed(Proof& proof, Instant at) {
    const auto budget = terms(proof);
    require(count_since(proof.misses, at, budget.guesses_fade) < budget.guesses,
            "no more guesses on a verification than its budget", proof.number);
    proof.misses.push_back(at);
    // Only while there is something to win.
    if (proof.status != "pending" || at >= proof.expires_at || proof.handover == "fixed")
        return;
    Line& line = lines_[proof.number];
    for (const auto& rate : rules_.line.guesses)
        require(!rate.limited() || count_since(line.misses, at, rate.period) < rate.count,
                "no more guesses on a line than its windows allow", proof.number);
    require(line.misses_in_row < rules_.line.guesses_in_row_max, "no longer run of misses than allowed",
            proof.number);
    line.misses.push_back(at);
    ++line.misses_in_row;
}

void Model::approved(const Context& context, const std::string& id, Proof& proof, Instant at) {
    require(proof.status == "pending" && ++proof.approvals == 1, "no code verifies twice", id);
    require(at < proof.expires_at, "no code verifies after its expiry", id);
    require(proof.superseded_at == 0, "only the newest verification of a number verifies", id);
    const auto budget = terms(proof);
    require(count_since(proof.misses, at, budget.guesses_fade) < budget.guesses,
            "nothing verifies with a spent budget", id);
    Line& line = lines_[proof.number];
    for (const auto& rate : rules_.line.guesses)
        require(!rate.limited() || count_since(line.misses, at, rate.period) < rate.count,
                "nothing verifies on a line whose guesses are spent", id);
    line.misses_in_row = 0;

    const Intent nothing;
    const Intent& intent = context.exchange ? context.exchange->intent : nothing;
    const std::string code = code_of(id, proof);
    require(intent.act == Act::check && trimmed(intent.guess) == code,
            "a number is verified only with its newest code", id);
    require(proof.handover == "fixed" || in_hand_.contains(code),
            "a number is verified only with a code its handset received", id);
    require(intent.number.empty() || intent.number == proof.number, "a code is good for its number only", id);
    require(intent.user.empty() || intent.user == proof.user, "a code is good for its user only", id);
    proof.status = "approved";
    ++approvals_;
    proof.ended_at = trace_.steps();
    approved_in_this_commit_.emplace(proof.user, proof.number);
}

void Model::user_event(const ports::EventRecord& event) {
    Person& person = people_[event.stream];
    person.changed_at = trace_.steps();
    const std::string number = text_member(event.data, "number");
    const auto give_up_all = [&](auto which) {
        std::erase_if(person.phones, [&](const auto& phone) {
            if (!which(phone))
                return false;
            give_up(event.stream, person, phone.first);
            return true;
        });
        if (!person.pending.empty())
            replaced_in_this_commit_.push_back(person.pending);
        person.pending.clear();
    };
    if (event.type == "user_added") {
        person.service = text_member(event.data, "service");
    } else if (event.type == "phone_changed") {
        give_up_all([&](const auto& phone) { return phone.second.primary || phone.first == number; });
        person.phones[number] = {false, true};
    } else if (event.type == "phone_code_added") {
        const std::string pending = text_member(event.data, "verification");
        if (!person.pending.empty() && person.pending != pending)
            replaced_in_this_commit_.push_back(person.pending);
        person.pending = pending;
        person.pending_number = number;
    } else if (event.type == "phone_removed") {
        give_up_all([&](const auto& phone) { return phone.first == number; });
    } else if (event.type == "user_removed") {
        give_up_all([](const auto&) { return true; });
        person.removed = true;
    } else if (event.type != "phone_verified" && event.type != "phone_verification_failed" &&
               event.type != "profile_changed") {
        breaks("the model knows each event", event.type);
    }
}

void Model::verified(const Context& context, const std::string& user, Person& person,
                     const std::string& number) {
    const bool given = context.exchange && context.exchange->intent.act == Act::give;
    require(given || approved_in_this_commit_.contains({user, number}),
            "a number is verified only by an approval or a trusted word", user);
    for (auto& [other, phone] : person.phones)
        phone.primary = false;
    person.phones[number] = {true, true};
    person.pending.clear();
    auto& users = holdings_[{person.service, number}].users;
    users.insert(user);
    require(users.size() == 1 || policy(person.service).uniqueness == core::Uniqueness::none,
            "one user at a time has verified a number", number);
}

void Model::give_up(const std::string& user, const Person& person, const std::string& number) {
    auto& holding = holdings_[{person.service, number}];
    if (holding.users.erase(user) > 0)
        holding.given_up_at = trace_.steps();
}

// A limiter that refills evenly: twice its count is the most that any of its periods can hold. `since` is not
// later than the moment that was counted.
void Model::counts(const std::string& limiter, core::Rate rate, Instant since) {
    if (!rate.limited())
        return;
    auto& times = counted_[limiter];
    times.push_back(since);
    require(count_since(times, clock_.now(), rate.period) <= 2U * rate.count,
            "no limiter lets more through than it says", limiter);
}

void Model::created(const Context& context, const ports::Message& message) {
    trace_.note({"stored message", message.id.text, "to", message.to.e164()});
    const Proof& proof = proofs_[message.verification.text];
    require(proof.number == message.to.e164() && proof.generation == message.generation &&
                proof.status == "pending" && proof.handover == "message",
            "a message carries the newest code of what is pending", message.id.text);
    Line& line = lines_[message.to.e164()];
    const Instant at = message.created_at;
    const auto own_gap = terms(proof).send_gap;
    const auto& gaps = rules_.line.send_gaps;
    if (!line.sends.empty() && own_gap) {
        require(at >= line.sends.back() + *own_gap, "no two sends inside the gap", message.to.e164());
    } else if (!line.sends.empty() && !gaps.empty()) {
        const auto in_last_hour = count_since(line.sends, line.sends.back(), Seconds{3600});
        require(at >= line.sends.back() + gaps[std::min(in_last_hour, gaps.size()) - 1],
                "no two sends inside the gap", message.to.e164());
    }
    for (const auto& rate : rules_.line.sends)
        require(!rate.limited() || count_since(line.sends, at, rate.period) < rate.count,
                "no more sends than a window allows", message.to.e164());
    line.sends.push_back(at);
    const auto& shared = policy(proof.service);
    counts("sends of " + proof.service, shared.sends_per_service, at);
    counts("sends to a country by " + proof.service, shared.sends_per_country, at); // all numbers are of one
    if (context.exchange && !context.exchange->intent.caller.empty())
        counts("sends of " + context.exchange->intent.caller, shared.sends_per_caller, at);
    holds_no_code(message.locale, "a message");
    Sending sending;
    sending.verification = message.verification.text;
    sending.generation = message.generation;
    sending.expires_at = message.expires_at;
    sending.claimed_at = trace_.steps(); // it may be handed over, and leave without a claim
    sendings_.emplace(message.id.text, sending);
}

// Rows

void Model::compare(const ports::Row& row) {
    if (const auto* verification = std::get_if<core::Verification>(&row))
        compare(*verification);
    else if (const auto* user = std::get_if<core::User>(&row))
        compare(*user);
    else if (const auto* line = std::get_if<core::Line>(&row))
        compare(*line);
}

void Model::compare(const core::Verification& row) {
    const Proof& proof = proofs_[row.id.text];
    const auto fade = terms(proof).guesses_fade;
    const auto counted = [&](const std::vector<Instant>& misses) {
        return count_since(misses, row.changed_at, fade);
    };
    const bool same = to_text(row.status) == proof.status && row.generation == proof.generation &&
                      row.key_number == proof.key && row.sequence == proof.sequence &&
                      row.expires_at == proof.expires_at && to_text(row.handover) == proof.handover &&
                      row.number && row.number->e164() == proof.number &&
                      counted(row.misses) == counted(proof.misses) && is_suffix(row.misses, proof.misses);
    require(same, "a verification is what its events say", row.id.text);
}

void Model::compare(const core::User& row) {
    const Person& person = people_[row.id.text];
    std::map<std::string, Phone> phones;
    for (const auto& phone : row.phones)
        phones[phone.number.e164()] = {phone.verified(), phone.primary};
    const bool same = row.sequence == person.sequence && row.removed == person.removed &&
                      row.service.text == person.service && phones == person.phones &&
                      (row.pending ? row.pending->verification.text : std::string{}) == person.pending &&
                      (!row.pending || row.pending->number.e164() == person.pending_number);
    require(same, "a user is what his events say", row.id.text);
}

void Model::compare(const core::Line& row) {
    const Line& line = lines_[row.number.e164()];
    const bool same = is_suffix(row.sends, line.sends) && is_suffix(row.misses, line.misses) &&
                      row.misses_in_row == line.misses_in_row;
    require(same, "a line is what its sends and guesses say", row.number.e164());
}

void Model::is_gone(const ports::Key& key) {
    if (const auto* number = std::get_if<core::PhoneNumber>(&key)) {
        const Line& line = lines_[number->e164()];
        const auto last = [](const std::vector<Instant>& times) {
            return times.empty() ? Instant{} : times.back();
        };
        require(line.misses_in_row == 0 && std::max(last(line.sends), last(line.misses)) <= pruned_before_,
                "nothing is gone before its time", number->e164());
        return;
    }
    const auto* id = std::get_if<core::VerificationId>(&key);
    require(id, "users stay");
    if (!id)
        return;
    const Proof& proof = proofs_[id->text];
    const Instant ended = proof.status == "pending" ? proof.expires_at : proof.changed_at;
    require(ended < pruned_before_, "nothing is gone before its time", id->text);
}

void Model::compare(const ports::Message& message) {
    require(message.state != ports::MessageState::queued, "each message comes to an end", message.id.text);
}

// Codes where they must not be

void Model::holds_no_code(std::string_view text, std::string_view where,
                          const std::vector<std::string>& allowed) {
    each_word(text, [&](std::string_view word) {
        const bool may_be_one =
            word.size() >= core::CodeShape::length_min && word.size() <= core::CodeShape::length_max;
        if (!may_be_one || !codes_.contains(std::string(word)))
            return;
        require(std::find(allowed.begin(), allowed.end(), word) != allowed.end(), "no code is kept or told",
                where);
    });
}

void Model::holds_no_code(const ports::Row& row) {
    struct {
        Model& model;
        void operator()(const core::Verification& v) const {
            for (const auto* text : {&v.region, &v.dialect, &v.locale, &v.sealed_code})
                model.holds_no_code(*text, "a verification");
        }
        void operator()(const core::User& user) const {
            for (const auto& [name, value] : user.attributes)
                model.holds_no_code(value, "a user");
        }
        void operator()(const core::Line&) const {}
        void operator()(const ports::Binding& binding) const {
            model.holds_no_code(binding.name.text, "a binding");
            model.holds_no_code(binding.target, "a binding");
        }
        void operator()(const ports::Credential& credential) const {
            model.holds_no_code(credential.label, "a credential");
            model.holds_no_code(credential.hash.text, "a credential");
        }
    } const look{*this};
    std::visit(look, row);
}

void Model::logged(std::string_view event, const std::string& line) {
    trace_.note({"log:", line});
    holds_no_code(line, "a log line");
    for (const auto& secret : secrets_)
        require(line.find(secret) == std::string::npos, "no token stands in the log", event);
    each_word(line, [&](std::string_view word) {
        if (word.size() >= 8)
            require(!digits_.contains(std::string(word)), "no number stands in the log", event);
    });
    if (event == "message_sent_again") {
        const auto at = line.find("message=");
        const auto id = line.substr(at + 8, line.find(' ', at) - at - 8);
        sendings_[id].announced = true;
    }
}

// Messages on their way

void Model::claimed(const Context& context, const ports::ClaimedMessage& claimed) {
    trace_.note({"claimed", claimed.message.id.text, claimed.lease});
    Sending& sending = sendings_[claimed.message.id.text];
    require(sending.stage != Sending::Stage::answered, "what a carrier answered is settled",
            claimed.message.id.text);
    sending.stage = Sending::Stage::claimed;
    sending.life = context.life;
    sending.claimed_at = trace_.steps();
}

void Model::pruned(const ports::Retention& retention) {
    pruned_before_ = std::max(pruned_before_, retention.ended_before);
}

void Model::settles(const core::MessageId& message) {
    sendings_[message.text].stage = Sending::Stage::settles;
}

void Model::submitted(const ports::OutgoingText& text) {
    trace_.note({"submitted", text.id.text, text.to.e164(), text.code.reveal()});
    Sending& sending = sendings_[text.id.text];
    const Proof& proof = proofs_[sending.verification];
    require(proof.ended_at == 0 || proof.ended_at >= sending.claimed_at,
            "no message leaves for what has ended", text.id.text);
    require(sending.generation == proof.generation || proof.renewed_at >= sending.claimed_at,
            "no message leaves with a code that was replaced", text.id.text);
    require(clock_.now() < sending.expires_at, "no message leaves after its code", text.id.text);
    require(sending.submits == 0 || sending.try_again || sending.announced,
            "a message leaves again only with a word in the log", text.id.text);
    require(text.to.e164() == proof.number, "a message goes to the number it is for", text.id.text);
    require(text.text.reveal().find(text.code.reveal()) != std::string::npos, "a message holds its code",
            text.id.text);
    sending.stage = Sending::Stage::submitted;
    sending.try_again = sending.announced = false;
    ++sending.submits;
}

void Model::carrier_answered(const core::MessageId& message, bool try_again) {
    sendings_[message.text].stage = Sending::Stage::answered;
    sendings_[message.text].try_again = try_again;
}

void Model::handset_received(const std::string& number, const std::string& code) {
    trace_.note({"handset", number, "received", code});
    const auto known = codes_.find(code);
    require(known != codes_.end() && proofs_[known->second].number == number,
            "a handset receives codes of its number", number);
    in_hand_.insert(code);
}

void Model::server_died(unsigned life) {
    for (auto& [id, sending] : sendings_)
        if (sending.life == life)
            sending.stage = Sending::Stage::idle;
}

void Model::server_stopped(unsigned life) {
    for (const auto& [id, sending] : sendings_)
        require(sending.life != life ||
                    (sending.stage != Sending::Stage::submitted && sending.stage != Sending::Stage::answered),
                "a stop waits for what a carrier has", id);
}

std::optional<Instant> Model::expiry_of(const std::string& code) const {
    const auto known = codes_.find(code);
    return known == codes_.end() ? std::nullopt : std::optional(proofs_.at(known->second).expires_at);
}

// Answers

void Model::derived(Context& context, const std::string& verification) {
    context.seen.derived.push_back(verification);
    if (!context.exchange || context.exchange->intent.act != Act::check)
        return;
    const Proof& proof = proofs_[verification];
    const auto before = [&](std::uint64_t step) { return step > 0 && step < context.seen.loaded_at; };
    require(proof.status != "ended" || !before(proof.ended_at), "no guess is judged for what has ended",
            verification);
    require(!before(proof.superseded_at), "no guess is judged for what a newer one replaced", verification);
}

void Model::answered(const Exchange& exchange, const Reply& reply, std::string_view body) {
    const Seen& seen = exchange.context.seen;
    const auto made = [&](std::initializer_list<std::string_view> types) {
        return std::any_of(seen.events.begin(), seen.events.end(), [&](const ports::EventRecord& event) {
            return std::find(types.begin(), types.end(), event.type) != types.end();
        });
    };
    const auto act = exchange.intent.act;
    trace_.note({"answers", to_text(act), to_text(reply.outcome), body});
    if (act != Act::token) {
        holds_no_code(
            body, "an answer",
            {reply.code, std::string(trimmed(exchange.intent.guess)), std::to_string(reply.wait.count())});
    }
    require(reply.outcome != Outcome::unexpected, "each answer is one that the client knows", body);
    if (act == Act::check)
        check_answered(exchange, reply);
    if (act == Act::look)
        looked(exchange, reply);
    if ((act == Act::start || act == Act::resend) && reply.outcome == Outcome::already) {
        const Person& person = people_[exchange.intent.user];
        const auto phone = person.phones.find(exchange.intent.number);
        const bool verified = phone != person.phones.end() && phone->second.verified;
        require(act == Act::resend || verified || person.changed_at >= seen.loaded_at,
                "what is called verified is", exchange.intent.user);
    }
    if (reply.outcome != Outcome::done)
        return;
    const std::string_view told = "what was answered is stored";
    const bool idle = exchange.intent.idempotent && had_nothing_to_do(exchange);
    if (act == Act::join)
        require(made({"user_added"}), told, "join");
    if (act == Act::start || act == Act::resend)
        require(idle || made({"code_made"}), told, to_text(act));
    if (act == Act::give)
        require(idle || made({"phone_verified"}), told, "give");
    if (act == Act::leave)
        require(made({"user_removed"}), told, "leave");
    if (act == Act::remove)
        require(idle || made({"phone_removed"}), told, "remove");
    if (!reply.code.empty()) {
        const auto known = codes_.find(reply.code);
        require(known != codes_.end(), "a returned code is one that was made", reply.code);
        in_hand_.insert(reply.code);
    }
}

// Of a request that may be repeated: it asked for what was there already, as far as can be known now.
bool Model::had_nothing_to_do(const Exchange& exchange) const {
    if (exchange.intent.user.empty())
        return true;
    const auto found = people_.find(exchange.intent.user);
    if (found == people_.end())
        return exchange.intent.act == Act::remove;
    const Person& person = found->second;
    if (person.changed_at >= exchange.context.seen.loaded_at)
        return true;
    const auto primary = std::find_if(person.phones.begin(), person.phones.end(),
                                      [](const auto& phone) { return phone.second.primary; });
    if (exchange.intent.act == Act::remove)
        return person.phones.empty();
    if (primary == person.phones.end())
        return false;
    if (exchange.intent.act == Act::give)
        return primary->first == exchange.intent.number && primary->second.verified;
    if (exchange.intent.act == Act::start)
        return primary->first == exchange.intent.number;
    return person.pending.empty() && primary->second.verified;
}

void Model::check_answered(const Exchange& exchange, const Reply& reply) {
    const Seen& seen = exchange.context.seen;
    const auto count = [&](std::string_view type) {
        return std::count_if(seen.events.begin(), seen.events.end(),
                             [&](const ports::EventRecord& event) { return event.type == type; });
    };
    const auto& caller = exchange.intent.caller;
    const bool is_judged = reply.outcome == Outcome::done || reply.outcome == Outcome::denied ||
                           reply.outcome == Outcome::already || reply.outcome == Outcome::taken;
    if (is_judged && !caller.empty())
        counts("checks of " + caller, policy("default").checks_per_caller, seen.loaded_when);
    require(count("guess_missed") + count("approved") <= 1, "a guess is counted once", exchange.intent.user);
    switch (reply.outcome) {
    case Outcome::done:
        require(count("approved") == 1, "each success has its own approval", exchange.intent.guess);
        return;
    case Outcome::denied:
    case Outcome::already:
        require(seen.derived.empty() || count("guess_missed") == 1, "no guess is free",
                exchange.intent.guess);
        return;
    case Outcome::taken: {
        const auto known = codes_.find(std::string(trimmed(exchange.intent.guess)));
        require(known != codes_.end(), "only the right code is told that the number is taken");
        if (known == codes_.end())
            return;
        const Proof& proof = proofs_[known->second];
        const auto& holding = holdings_[{proof.service, proof.number}];
        require(!holding.users.empty() || holding.given_up_at >= seen.loaded_at,
                "a number that is taken has somebody who holds it", proof.number);
        return;
    }
    default:
        return;
    }
}

void Model::looked(const Exchange& exchange, const Reply& reply) {
    const Person& person = people_[exchange.intent.user];
    if (reply.outcome != Outcome::done || person.changed_at >= exchange.context.seen.loaded_at)
        return;
    const auto phone = person.phones.find(reply.text);
    const bool verified = phone != person.phones.end() && phone->second.verified;
    require(reply.verified == verified, "what is shown is what the events say", exchange.intent.user);
}

} // namespace dialproof::simulation
