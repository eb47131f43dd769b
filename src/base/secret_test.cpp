#include "base/secret.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <new>
#include <ostream>

namespace dialproof {
namespace {

template <typename T>
concept Printable = requires(std::ostream& out, const T& value) {
    out << value;
};

static_assert(Printable<std::string> && !Printable<Secret<std::string>>);
static_assert(!Printable<Secret<std::array<unsigned char, 32>>>);

// Room for one object, so that its bytes can be looked at after it is gone.
template <typename T>
struct Room {
    alignas(T) std::array<unsigned char, sizeof(T)> bytes{};

    template <typename... Arguments>
    T* make(Arguments&&... arguments) {
        return ::new (static_cast<void*>(bytes.data())) T(std::forward<Arguments>(arguments)...);
    }
    // Whether at least three bytes of `text` lie here side by side.
    [[nodiscard]] bool shows(std::string_view text) const {
        const volatile unsigned char* looked_at = bytes.data();
        std::string seen;
        for (std::size_t i = 0; i < bytes.size(); ++i)
            seen += static_cast<char>(looked_at[i]);
        for (std::size_t i = 0; i + 3 <= text.size(); ++i)
            if (seen.find(text.substr(i, 3)) != std::string::npos)
                return true;
        return false;
    }
};

constexpr const char* code = "483920"; // short enough to lie inside the string itself

TEST(Secret, IsWipedWhenItDies) {
    Room<Secret<std::string>> room;
    auto* secret = room.make(std::string(code));
    ASSERT_TRUE(room.shows(code)) << "the test looks at the right place";
    secret->~Secret();
    EXPECT_FALSE(room.shows(code));
}

TEST(Secret, LeavesNothingBehindWhenItMoves) {
    Room<Secret<std::string>> room;
    auto* secret = room.make(std::string(code));
    const Secret<std::string> moved(std::move(*secret));
    EXPECT_FALSE(room.shows(code));
    EXPECT_EQ(moved.reveal(), code);
    secret->~Secret();
}

TEST(Secret, LeavesNothingBehindWhenItIsMoveAssigned) {
    Room<Secret<std::string>> room;
    auto* secret = room.make(std::string(code));
    Secret<std::string> moved;
    moved = std::move(*secret);
    EXPECT_FALSE(room.shows(code));
    EXPECT_EQ(moved.reveal(), code);
    secret->~Secret();
}

TEST(Secret, ReplacingOneWipesTheOldText) {
    Room<Secret<std::string>> room;
    auto* secret = room.make(std::string(code));
    const Secret<std::string> shorter(std::string("1"));
    *secret = shorter;
    EXPECT_FALSE(room.shows(code));
    secret->~Secret();
}

TEST(Secret, OfBytesIsWipedWhenItDies) {
    using Key = Secret<std::array<unsigned char, 6>>;
    Room<Key> room;
    std::array<unsigned char, 6> bytes{};
    std::copy_n(code, bytes.size(), bytes.begin());
    auto* secret = room.make(bytes);
    ASSERT_TRUE(room.shows(code));
    secret->~Secret();
    EXPECT_FALSE(room.shows(code));
}

TEST(Secret, SurvivesAssignmentToItself) {
    Secret<std::string> secret{std::string(code)};
    const auto& same = secret;
    secret = same;
    EXPECT_EQ(secret.reveal(), code);
}

TEST(Secret, EqualsItsOwnTextOnly) {
    const Secret<std::string> secret{std::string(code)};
    EXPECT_TRUE(secret.equals(code));
    for (const char* other : {"", "48392", "4839200", "483921", "583920", "483920 "})
        EXPECT_FALSE(secret.equals(other)) << other;
}

RC_GTEST_PROP(ConstantTimeComparison, AgreesWithThePlainOne, (const std::string& a, std::string b)) {
    if (*rc::gen::arbitrary<bool>())
        b = a;
    RC_ASSERT(equal_in_constant_time(a, b) == (a == b));
}

RC_GTEST_PROP(ConstantTimeComparison, SeesEverySingleBit, ()) {
    const auto a = *rc::gen::nonEmpty<std::string>();
    std::string b = a;
    const auto place = *rc::gen::inRange<std::size_t>(0, a.size());
    b[place] = static_cast<char>(b[place] ^ (1 << *rc::gen::inRange(0, 8)));
    RC_ASSERT(!equal_in_constant_time(a, b));
}

} // namespace
} // namespace dialproof
