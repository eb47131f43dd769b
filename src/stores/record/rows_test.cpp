#include "stores/record/rows.h"

#include "base/json_writer.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace dialproof::stores {
namespace {

// Text as callers may send it: any Unicode, quotes and control characters among it.
rc::Gen<std::string> text() {
    const auto piece =
        rc::gen::element<std::string>("a", "Z", "7", " ", "\"", "\\", "/", "\n", "\x01", std::string(1, '\0'),
                                      "\x7F", "é", "漢", "😀", "{", "]", ":", "@");
    return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece),
                        [](const std::vector<std::string>& pieces) {
                            std::string joined;
                            for (const auto& each : pieces)
                                joined += each;
                            return joined;
                        });
}

template <typename Id>
rc::Gen<Id> id() {
    return rc::gen::map(text(), [](std::string from) { return Id(std::move(from)); });
}

rc::Gen<Instant> instant() {
    return rc::gen::map(rc::gen::inRange<std::int64_t>(-62'135'596'800'000, 253'402'300'799'999),
                        [](std::int64_t millis) { return Instant(Milliseconds(millis)); });
}

rc::Gen<core::PhoneNumber> number() {
    return rc::gen::map(rc::gen::inRange<std::uint64_t>(1000, 999'999'999'999'999), [](std::uint64_t digits) {
        return *core::PhoneNumber::parse("+" + std::to_string(digits));
    });
}

template <typename T>
rc::Gen<std::optional<T>> maybe(rc::Gen<T> gen) {
    return rc::gen::oneOf(rc::gen::just(std::optional<T>()), rc::gen::map(std::move(gen), [](T value) {
                              return std::optional<T>(std::move(value));
                          }));
}

rc::Gen<std::vector<Instant>> instants() { return rc::gen::container<std::vector<Instant>>(instant()); }

ports::Row any_verification() {
    core::Verification v;
    v.id = *id<core::VerificationId>();
    v.service = *id<core::ServiceName>();
    v.subject = *maybe(id<core::UserId>());
    v.number = *maybe(number());
    v.region = *text();
    v.purpose = *rc::gen::element(core::Purpose::prove_number, core::Purpose::sign_in);
    v.dialect = *text();
    v.locale = *text();
    v.status = *rc::gen::element(core::VerificationStatus::pending, core::VerificationStatus::approved,
                                 core::VerificationStatus::ended);
    v.code_shape.length = *rc::gen::inRange(4U, 11U);
    v.code_shape.alphabet =
        *rc::gen::element(core::CodeAlphabet::digits, core::CodeAlphabet::digits_and_capitals);
    v.key_number = *rc::gen::arbitrary<std::uint32_t>();
    v.generation = *rc::gen::arbitrary<unsigned>();
    v.handover = *rc::gen::element(core::Handover::message, core::Handover::answer, core::Handover::fixed);
    v.sealed_code = *text();
    v.created_at = *instant();
    v.changed_at = *instant();
    v.expires_at = *instant();
    v.misses = *instants();
    v.sequence = *rc::gen::arbitrary<std::uint64_t>();
    return v;
}

ports::Row any_user() {
    core::User user;
    user.id = *id<core::UserId>();
    user.service = *id<core::ServiceName>();
    user.removed = *rc::gen::arbitrary<bool>();
    user.attributes = *rc::gen::container<core::Attributes>(text(), text());
    const auto numbers = *rc::gen::container<std::vector<core::PhoneNumber>>(number());
    for (const auto& each : numbers)
        user.phones.push_back(core::Phone{each, *maybe(instant()), *rc::gen::arbitrary<bool>()});
    if (*rc::gen::arbitrary<bool>())
        user.pending = core::PendingProof{*id<core::VerificationId>(), *number()};
    user.code_made_at = *maybe(instant());
    user.next_code_at = user.code_made_at.value_or(Instant{});
    user.created_at = *instant();
    user.changed_at = *instant();
    user.sequence = *rc::gen::arbitrary<std::uint64_t>();
    return user;
}

ports::Row any_line() {
    core::Line line{*number(), *instants(), *instants(), *rc::gen::arbitrary<unsigned>()};
    for (const auto& door : *rc::gen::container<std::vector<std::string>>(text()))
        line.proofs[door] = {*id<core::VerificationId>(), *instant()};
    return line;
}

ports::Row any_binding() { return ports::Binding{*id<core::BindingName>(), *text()}; }

ports::Row any_credential() {
    ports::Credential credential;
    credential.hash = *id<core::CredentialHash>();
    credential.kind = *rc::gen::element(ports::CredentialKind::api_token, ports::CredentialKind::session);
    credential.label = *text();
    credential.user = *maybe(id<core::UserId>());
    credential.service = *maybe(id<core::ServiceName>());
    credential.roles = *rc::gen::container<std::set<std::string>>(text());
    credential.created_at = *instant();
    credential.expires_at = *maybe(instant());
    credential.revoked_at = *maybe(instant());
    return credential;
}

ports::Row any_row() {
    switch (*rc::gen::inRange<std::size_t>(0, row_kinds)) {
    case 0:
        return any_verification();
    case 1:
        return any_user();
    case 2:
        return any_line();
    case 3:
        return any_binding();
    default:
        return any_credential();
    }
}

TEST(Rows, EveryKindComesBackAsItWas) {
    for (const auto make : {any_verification, any_user, any_line, any_binding, any_credential}) {
        const bool held = rc::check([make] {
            const ports::Row row = make();
            RowReader reader;
            const auto again = reader.read(kind_of(row), encode(row));
            RC_ASSERT(again.has_value());
            RC_ASSERT(*again == row);
        });
        EXPECT_TRUE(held);
    }
}

RC_GTEST_PROP(Rows, AKeyHasTheTextOfItsRow, ()) {
    const ports::Row row = any_row();
    RC_ASSERT(kind_of(ports::key_of(row)) == kind_of(row));
    std::string quoted;
    append_json_string(quoted, ports::key_text(row));
    RC_ASSERT(encode(row).find(quoted) != std::string::npos);
}

RC_GTEST_PROP(Rows, ADamagedBodyIsAnErrorOrAnotherRow, ()) {
    const ports::Row row = any_row();
    std::string body = encode(row);
    const auto at = *rc::gen::inRange<std::size_t>(0, body.size());
    if (*rc::gen::arbitrary<bool>())
        body.resize(at);
    else
        body[at] = *rc::gen::arbitrary<char>();
    RowReader reader;
    const auto read = reader.read(kind_of(row), body);
    if (!read)
        RC_ASSERT(!read.error().what.empty());
    else
        RC_ASSERT(kind_of(*read) == kind_of(row));
}

RC_GTEST_PROP(Rows, ABodyWithoutOneOfItsMembersIsNotTakenForTheSameRow, ()) {
    const ports::Row row = any_row();
    std::string body = encode(row);
    // Under another name a member is one that the reader does not know.
    const auto quote = body.find('"', *rc::gen::inRange<std::size_t>(0, body.size()));
    RC_PRE(quote != std::string::npos);
    body.insert(quote + 1, "x");
    RowReader reader;
    const auto read = reader.read(kind_of(row), body);
    RC_ASSERT(!read || *read != row);
}

TEST(Rows, MembersOfANewerVersionAreSkipped) {
    const ports::Row binding = ports::Binding{core::BindingName("username:default:ann"), "u1"};
    std::string body = encode(binding);
    body.insert(1, R"("colour":{"deep":[1,null]},)");
    RowReader reader;
    const auto read = reader.read(RowKind::binding, body);
    ASSERT_TRUE(read.has_value()) << read.error().what;
    EXPECT_EQ(*read, binding);
}

TEST(Rows, AnErrorNamesTheMemberAndHoldsNoValue) {
    RowReader reader;
    const auto line = reader.read(RowKind::line,
                                  R"({"number":"+41791234567","sends":["x"],"misses":[],"misses_in_row":0})");
    ASSERT_FALSE(line.has_value());
    EXPECT_EQ(line.error().what, "member \"sends\" holds what is no instant");
    const auto bad_number =
        reader.read(RowKind::line, R"({"number":"0791234567","sends":[],"misses":[],"misses_in_row":0})");
    ASSERT_FALSE(bad_number.has_value());
    EXPECT_EQ(bad_number.error().what, "member \"number\" is not an E.164 number");
}

TEST(Rows, OtherJsonIsAnError) {
    RowReader reader;
    for (const char* body : {"", "null", "[]", "7", "{}", "{\"id\":1}", "{}{}", "\xFF"}) {
        for (std::size_t kind = 0; kind < row_kinds; ++kind)
            EXPECT_FALSE(reader.read(static_cast<RowKind>(kind), body).has_value()) << body;
    }
}

TEST(Rows, CountsThatDoNotFitAreAnError) {
    RowReader reader;
    for (const char* count : {"-1", "4294967296", "1.5", "\"1\"", "true"}) {
        const std::string body =
            R"({"number":"+41791234567","sends":[],"misses":[],"misses_in_row":)" + std::string(count) + "}";
        EXPECT_FALSE(reader.read(RowKind::line, body).has_value()) << count;
    }
}

} // namespace
} // namespace dialproof::stores
