#include "numbering/e164_compiler.h"

#include "numbering/digit_graph.h"
#include "numbering/digit_pattern.h"

#include <phonenumbers/phonemetadata.pb.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace dialproof::numbering {

namespace {

using core::NumberType;
using i18n::phonenumbers::PhoneMetadata;
using i18n::phonenumbers::PhoneMetadataCollection;
using i18n::phonenumbers::PhoneNumberDesc;
using CallingCode = E164Table::CallingCode;
using Value = DigitGraph::Value;
using Node = DigitGraph::Node;
using Regions = std::vector<const PhoneMetadata*>;

constexpr std::string_view no_country = "001", no_region = "ZZ";
constexpr int national_digits_min = 2; // to libphonenumber

// Ten times what the plans of today need: 6,700 nodes at most for a calling code, 150,000 steps for all.
constexpr std::size_t nodes_max = 1U << 16U, steps_max = 1U << 21U;

// Which of a region's descriptions a national number fits, as bits of a Value.
namespace fit {
constexpr Value general = 1U << 0U, premium_rate = 1U << 1U, toll_free = 1U << 2U, shared_cost = 1U << 3U,
                voip = 1U << 4U, personal_number = 1U << 5U, pager = 1U << 6U, uan = 1U << 7U,
                voicemail = 1U << 8U, fixed_line = 1U << 9U, mobile = 1U << 10U, leading_digits = 1U << 11U;
} // namespace fit

struct Description {
    Value bit;
    const PhoneNumberDesc& (PhoneMetadata::*of)() const;
};
constexpr std::array<Description, 11> descriptions{{
    {fit::general, &PhoneMetadata::general_desc},
    {fit::premium_rate, &PhoneMetadata::premium_rate},
    {fit::toll_free, &PhoneMetadata::toll_free},
    {fit::shared_cost, &PhoneMetadata::shared_cost},
    {fit::voip, &PhoneMetadata::voip},
    {fit::personal_number, &PhoneMetadata::personal_number},
    {fit::pager, &PhoneMetadata::pager},
    {fit::uan, &PhoneMetadata::uan},
    {fit::voicemail, &PhoneMetadata::voicemail},
    {fit::fixed_line, &PhoneMetadata::fixed_line},
    {fit::mobile, &PhoneMetadata::mobile},
}};

using LengthList = google::protobuf::RepeatedField<int>;

// Without the descriptions that have no number so long. Where one names no lengths, its pattern decides.
Value fits_at(std::size_t length, Value fits, const PhoneMetadata& region) {
    const auto has = [&](const LengthList& list) {
        return list.empty() || std::find(list.begin(), list.end(), static_cast<int>(length)) != list.end();
    };
    for (const auto& [bit, description] : descriptions)
        if (!has((region.*description)().possible_length()))
            fits = static_cast<Value>(fits & ~bit);
    return fits;
}

// The first that fits, in libphonenumber's order.
NumberType type_of(Value fits, bool fixed_line_is_mobile) {
    constexpr std::array<std::pair<Value, NumberType>, 8> special{{
        {fit::premium_rate, NumberType::premium_rate},
        {fit::toll_free, NumberType::toll_free},
        {fit::shared_cost, NumberType::shared_cost},
        {fit::voip, NumberType::voip},
        {fit::personal_number, NumberType::personal_number},
        {fit::pager, NumberType::pager},
        {fit::uan, NumberType::uan},
        {fit::voicemail, NumberType::voicemail},
    }};
    if ((fits & fit::general) == 0)
        return NumberType::unknown;
    for (const auto& [bit, type] : special)
        if ((fits & bit) != 0)
            return type;
    const bool is_mobile = (fits & fit::mobile) != 0;
    if ((fits & fit::fixed_line) != 0)
        return fixed_line_is_mobile || is_mobile ? NumberType::fixed_line_or_mobile : NumberType::fixed_line;
    return is_mobile && !fixed_line_is_mobile ? NumberType::mobile : NumberType::unknown;
}

// The earlier region keeps a number.
Value first_region(Value first, Value second) {
    constexpr unsigned of_region = outcome::region | outcome::type;
    return static_cast<Value>(first | ((first & outcome::region) != 0 ? second & ~of_region : second));
}

// 7 as 1 << 7. Empty where the list does not begin with the shortest and end with the longest, on which
// libphonenumber relies, or has one that it never takes.
std::optional<std::uint32_t> lengths_of(const LengthList& list) {
    std::uint32_t lengths = 0;
    for (int i = 0; i < list.size(); ++i) {
        if (list[i] < national_digits_min || list[i] > 31 || (i > 0 && list[i] <= list[i - 1]))
            return {};
        lengths |= 1U << static_cast<unsigned>(list[i]);
    }
    return lengths;
}

// Compiles one calling code after the other.
class Compiler {
public:
    void add(unsigned number, const Regions& regions);
    E164Table table() &&;

private:
    std::optional<CallingCode> compiled(unsigned number, const Regions& regions);
    Node matching(const std::string& pattern, Node rest);
    Node anything(Value value);
    Node descriptions_of(const PhoneMetadata& region);
    Node national_prefix_of(const PhoneMetadata& main);
    Node outcomes_of(const PhoneMetadata& region, std::size_t place, bool alone);

    DigitGraph graph_{nodes_max, steps_max};             // of one calling code
    DigitGraph whole_{E164Table::states_max, steps_max}; // what is left of each
    E164Table::CallingCodes codes_{E164Table::calling_code_max + 1};
    bool refused_ = false; // a pattern of this calling code
};

Node Compiler::matching(const std::string& pattern, Node rest) {
    const auto parsed = parse_digit_pattern(pattern);
    refused_ = refused_ || !parsed;
    return parsed ? graph_.matching(*parsed, rest) : DigitGraph::nothing;
}

// Whatever follows has this value.
Node Compiler::anything(Value value) {
    Node node = DigitGraph::nothing;
    for (std::size_t i = 0; i <= national_digits_max; ++i) {
        DigitGraph::Next next;
        next.fill(node);
        node = graph_.node(value, next);
    }
    return node;
}

Node Compiler::descriptions_of(const PhoneMetadata& region) {
    Node all = DigitGraph::nothing;
    for (const auto& [bit, description] : descriptions) {
        const std::string& pattern = (region.*description)().national_number_pattern();
        if (!pattern.empty()) // to libphonenumber an empty one matches nothing
            all = graph_.merged(all, matching(pattern, graph_.leaf(bit)), DigitGraph::any_of);
    }
    if (region.has_leading_digits())
        all = graph_.merged(all, matching(region.leading_digits(), anything(fit::leading_digits)),
                            DigitGraph::any_of);
    return all;
}

// As E164Table has them, of the region that has this place in its calling code.
Node Compiler::outcomes_of(const PhoneMetadata& region, std::size_t place, bool alone) {
    const auto outcome_of = [&](Value fits, std::size_t length) {
        const NumberType type =
            type_of(fits_at(length, fits, region), region.same_mobile_and_fixed_line_pattern());
        const bool has_type = type != NumberType::unknown;
        const bool of_region = region.has_leading_digits() ? (fits & fit::leading_digits) != 0 : has_type;
        std::size_t result = 0;
        if (has_type && (of_region || alone))
            result |= 1 + static_cast<std::size_t>(type);
        if (of_region)
            result |= (1 + place) << outcome::region_shift;
        if (place == 0 && (fits & fit::general) != 0)
            result |= outcome::general;
        return static_cast<Value>(result);
    };
    return graph_.mapped(descriptions_of(region), national_digits_max, outcome_of);
}

// A pattern may ask that the number ends with the prefix, so there is a mark for that, and another one for
// the digit behind it.
Node Compiler::national_prefix_of(const PhoneMetadata& main) {
    if (main.national_prefix_for_parsing().empty())
        return DigitGraph::nothing;
    DigitGraph::Next any_digit;
    any_digit.fill(graph_.leaf(outcome::prefix_before));
    return matching(main.national_prefix_for_parsing(), graph_.node(outcome::prefix_end, any_digit));
}

std::optional<CallingCode> Compiler::compiled(unsigned number, const Regions& regions) {
    // The plans of "001" are found by their calling code, where libphonenumber expects no others.
    const auto is_of_no_country = [](const PhoneMetadata* region) { return region->id() == no_country; };
    if (regions.size() > outcome::regions_max ||
        (regions.size() > 1 && std::any_of(regions.begin(), regions.end(), is_of_no_country)))
        return {};
    const PhoneMetadata& main = *regions.front();
    const auto possible = lengths_of(main.general_desc().possible_length());
    const auto local_only = lengths_of(main.general_desc().possible_length_local_only());
    if (!possible || *possible == 0 || !local_only)
        return {};
    CallingCode code;
    code.kind = CallingCode::Kind::compiled;
    code.digits = static_cast<std::uint8_t>(std::to_string(number).size());
    code.lengths = {*possible, *local_only};
    graph_.clear();
    refused_ = false;
    Node all = DigitGraph::nothing;
    for (std::size_t place = 0; place < regions.size(); ++place) {
        all = graph_.merged(all, outcomes_of(*regions[place], place, regions.size() == 1), first_region);
        code.regions.push_back(regions[place]->id());
    }
    all = graph_.merged(all, national_prefix_of(main), first_region);
    code.prefix_needs_library = !main.national_prefix_transform_rule().empty();
    if (refused_ || graph_.overflowed())
        return {};
    code.root = static_cast<E164Table::StateId>(whole_.copied(graph_, all));
    if (whole_.overflowed())
        return {};
    return code;
}

void Compiler::add(unsigned number, const Regions& regions) {
    auto code = compiled(number, regions);
    codes_[number].kind = CallingCode::Kind::left_out;
    if (code)
        codes_[number] = *std::move(code);
}

E164Table Compiler::table() && {
    std::vector<E164Table::State> states(whole_.size());
    for (Node node = 1; node < states.size(); ++node) {
        states[node].outcome = whole_.value(node);
        std::transform(whole_.next(node).begin(), whole_.next(node).end(), states[node].next.begin(),
                       [](Node next) { return static_cast<E164Table::StateId>(next); });
    }
    return {std::move(states), std::move(codes_)};
}

} // namespace

E164Table compile_e164_table(std::string_view metadata) {
    PhoneMetadataCollection collection;
    if (!collection.ParseFromArray(metadata.data(), static_cast<int>(metadata.size())))
        return {};
    std::map<int, Regions> by_code;
    std::set<std::string> ids;
    for (const PhoneMetadata& region : collection.metadata()) {
        if (region.id() == no_region)
            continue;
        Regions& regions = by_code[region.country_code()];
        regions.insert(region.main_country_for_code() ? regions.begin() : regions.end(), &region);
        // libphonenumber would mix up the two.
        if (region.id() != no_country && !ids.insert(region.id()).second)
            return {};
    }
    Compiler compiler;
    for (const auto& [number, regions] : by_code)
        if (number > 0 && number <= static_cast<int>(E164Table::calling_code_max))
            compiler.add(static_cast<unsigned>(number), regions);
    return std::move(compiler).table();
}

} // namespace dialproof::numbering
