#include "platform/name_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace dialproof::platform {
namespace {

TEST(NameTable, MakesEachOnceAndKeepsItInPlace) {
    NameTable<int, 2, 8> table;
    int* first = table.find_or_make({"a", "b"}, [] { return 1; });
    ASSERT_NE(first, nullptr);
    EXPECT_EQ(*first, 1);
    EXPECT_EQ(*table.find_or_make({"b", "a"}, [] { return 2; }), 2);
    EXPECT_EQ(table.find_or_make({"a", "b"}, [] { return 3; }), first);
}

TEST(NameTable, HoldsAsManyAsItSays) {
    NameTable<int, 1, 8> table;
    for (int i = 0; i < 8; ++i)
        ASSERT_NE(table.find_or_make({std::to_string(i)}, [&] { return i; }), nullptr);
    EXPECT_EQ(table.find_or_make({"one more"}, [] { return 9; }), nullptr);
    for (int i = 0; i < 8; ++i)
        EXPECT_EQ(*table.find_or_make({std::to_string(i)}, [] { return -1; }), i);
}

TEST(NameTable, ManyThreadsGetTheSameOne) {
    NameTable<std::atomic<int>*, 1, 64> table;
    std::array<std::atomic<int>, 64> counters{};
    std::atomic<int> made = 0;
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&] {
                for (std::size_t i = 0; i < 64; ++i)
                    ++**table.find_or_make({std::to_string(i)}, [&] {
                        ++made;
                        return &counters[i];
                    });
            });
    }
    EXPECT_EQ(made, 64);
    for (const auto& counter : counters)
        EXPECT_EQ(counter, 4);
}

} // namespace
} // namespace dialproof::platform
