// What it costs to read a number that was not seen before: libphonenumber against the table made from it.
//
//   numbers_bench [numbers]
//
// The passes alternate, and each way is judged by its fastest: what the machine does besides is not its
// fault.
#include "numbering/e164_compiler.h"
#include "numbering/libphonenumber_plan.h"
#include "numbering/library_parse.h"
#include "numbering/metadata_table.h"
#include "numbering/number_cache.h"

#include <phonenumbers/phonenumberutil.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <limits>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace dialproof::numbering {
namespace {

using Clock = std::chrono::steady_clock;
using i18n::phonenumbers::PhoneNumberUtil;
using ports::Strictness;

constexpr int passes = 5;

double microseconds_since(Clock::time_point start) {
    return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

// The library's example of a mobile number in each region.
std::vector<std::string> examples() {
    const auto& util = *PhoneNumberUtil::GetInstance();
    std::set<std::string> regions;
    util.GetSupportedRegions(&regions);
    std::vector<std::string> texts;
    for (const auto& region : regions) {
        i18n::phonenumbers::PhoneNumber number;
        if (util.GetExampleNumberForType(region, PhoneNumberUtil::MOBILE, &number))
            util.Format(number, PhoneNumberUtil::E164, &texts.emplace_back());
    }
    return texts;
}

// Examples of all regions in turn, with other digits at the end.
std::vector<std::string> numbers_like(const std::vector<std::string>& examples, std::size_t count) {
    std::mt19937_64 random(1);
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < count; ++i) {
        std::string text = examples[i % examples.size()];
        for (std::size_t d = text.size() - 4; d < text.size(); ++d)
            text[d] = static_cast<char>('0' + random() % 10);
        texts.push_back(std::move(text));
    }
    return texts;
}

struct Way {
    const char* name;
    std::function<bool(const std::string&)> reads;
    double microseconds = std::numeric_limits<double>::max(); // for each number
};

void measure(Way& way, const std::vector<std::string>& texts) {
    const auto start = Clock::now();
    const auto read = std::count_if(texts.begin(), texts.end(), way.reads);
    way.microseconds =
        std::min(way.microseconds, microseconds_since(start) / static_cast<double>(texts.size()));
    if (static_cast<std::size_t>(read) < texts.size() / 2) {
        std::fprintf(stderr, "%s read only %td numbers\n", way.name, read);
        std::exit(1);
    }
}

int run_bench(std::size_t count) {
    const auto plan = LibphonenumberPlan::create();
    if (!plan) {
        std::fprintf(stderr, "%s\n", plan.error().c_str());
        return 1;
    }
    auto start = Clock::now();
    const E164Table table = compile_e164_table(metadata_table());
    const double compiled_in = microseconds_since(start);
    const auto texts = numbers_like(examples(), count);

    // A cache finds what it has seen; the others are asked for each number as if it were new.
    NumberCache cache;
    std::vector<std::string> seen = texts;
    seen.resize(std::min(count, NumberCache::entries_max / 4));
    for (const auto& text : seen)
        cache.remember(text, "", Strictness::valid, parse_with_library(text, "", Strictness::valid));

    Way library{"libphonenumber",
                [](const auto& text) { return parse_with_library(text, "", Strictness::valid).has_value(); }};
    Way fast{"table", [&](const auto& text) {
                 const auto answer = table.find(text, "", Strictness::valid);
                 return answer && answer->has_value();
             }};
    Way cached{"cache, seen before", [&](const auto& text) {
                   const auto answer = cache.find(text, "", Strictness::valid);
                   return answer && answer->has_value();
               }};
    for (int pass = 0; pass < passes; ++pass) {
        measure(library, texts);
        measure(fast, texts);
        measure(cached, seen);
    }
    std::printf("%zu states of %zu bytes, compiled in %.1f ms; %zu numbers of all regions\n",
                table.state_count(), sizeof(E164Table::State), compiled_in / 1e3, count);
    for (const Way* way : {&library, &fast, &cached})
        std::printf("%-20s %8.3f us  x %.1f\n", way->name, way->microseconds,
                    library.microseconds / way->microseconds);
    return 0;
}

} // namespace
} // namespace dialproof::numbering

int main(int argc, char** argv) {
    return dialproof::numbering::run_bench(argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 50'000);
}
