#include "stores/record/tries.h"

#include "base/json_writer.h"
#include "stores/record/members.h"

namespace dialproof::stores {

namespace {

using ports::Attempt;

constexpr std::string_view none = "[]";

std::int64_t millis(Instant instant) { return instant.time_since_epoch().count(); }

// Most tries have little to say; what is empty is left out.
void write_text(JsonWriter& out, std::string_view name, const std::string& text) {
    if (!text.empty())
        out.member(name, text);
}

void write(JsonWriter& out, const Attempt& attempt) {
    out.begin_object().member("number", attempt.number).member("at", millis(attempt.at));
    out.member("outcome", ports::to_text(attempt.outcome)).member("provider", attempt.provider);
    write_text(out, "sender_id", attempt.sender_id);
    write_text(out, "route", attempt.route);
    write_text(out, "encoding", attempt.encoding);
    if (attempt.parts > 0)
        out.member("parts", attempt.parts);
    write_text(out, "reference", attempt.reference);
    write_text(out, "error", attempt.error);
    if (attempt.price)
        out.member("price", attempt.price->amount).member("currency", attempt.price->currency);
    if (attempt.told) {
        out.member("told", ports::to_text(*attempt.told)).member("told_at", millis(attempt.told_at));
        write_text(out, "told_error", attempt.told_error);
        if (attempt.told_the_end)
            out.member("told_the_end", true);
    }
    out.end_object();
}

std::string optional_text(const Members& in, std::string_view name) {
    return in.find(name) ? in.text(name) : std::string();
}

Attempt read_attempt(const Members& in) {
    Attempt attempt;
    attempt.number = in.count<unsigned>("number");
    attempt.at = in.instant("at");
    const auto outcome = ports::parse_submit_outcome(in.text("outcome"));
    if (!outcome)
        refuse("outcome", "has a value that this version does not know");
    attempt.outcome = *outcome;
    attempt.provider = in.text("provider");
    attempt.sender_id = optional_text(in, "sender_id");
    attempt.route = optional_text(in, "route");
    attempt.encoding = optional_text(in, "encoding");
    if (in.find("parts"))
        attempt.parts = in.count<unsigned>("parts");
    attempt.reference = optional_text(in, "reference");
    attempt.error = optional_text(in, "error");
    if (in.find("price")) {
        attempt.price = ports::parse_price(in.text("price"), in.text("currency"));
        if (!attempt.price)
            refuse("price", "is no amount of a currency");
    }
    if (!in.find("told"))
        return attempt;
    attempt.told = ports::parse_message_state(in.text("told"));
    if (!attempt.told)
        refuse("told", "has a value that this version does not know");
    attempt.told_at = in.instant("told_at");
    attempt.told_error = optional_text(in, "told_error");
    attempt.told_the_end = in.find("told_the_end") && in.flag("told_the_end");
    return attempt;
}

} // namespace

std::string encode_tries(const std::vector<Attempt>& tries) {
    if (tries.empty())
        return std::string(none);
    JsonWriter out;
    out.begin_array();
    for (const auto& attempt : tries)
        write(out, attempt);
    out.end_array();
    return out.take();
}

struct TriesReader::Parser {
    json::parser parser;
};

TriesReader::TriesReader() : parser_(std::make_unique<Parser>()) {}
TriesReader::~TriesReader() = default;
TriesReader::TriesReader(TriesReader&&) noexcept = default;
TriesReader& TriesReader::operator=(TriesReader&&) noexcept = default;

Result<std::vector<Attempt>, RowError> TriesReader::read(std::string_view text) {
    std::vector<Attempt> tries;
    if (text == none)
        return tries;
    json::array list;
    if (parser_->parser.parse(text.data(), text.size()).get(list) != simdjson::SUCCESS)
        return fail(RowError{"tries are not one JSON array"});
    try {
        for (const json::element each : list)
            tries.push_back(
                read_attempt(Members(Members::as<json::object>(each, "tries", "holds no object"))));
    } catch (const Unreadable& unreadable) {
        return fail(RowError{unreadable.what()});
    }
    return tries;
}

} // namespace dialproof::stores
