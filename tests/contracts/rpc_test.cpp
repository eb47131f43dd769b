// The methods of zitadel in the encoding of gRPC: the same functions, without JSON.
#include "world.h"
#include "zitadel/user/v2/user_service.pb.h"

#include <gtest/gtest.h>

namespace dialproof::contracts {
namespace {

namespace pb = ::zitadel::user::v2;
using dialects::zitadel::Encoding;
using dialects::zitadel::RpcCall;
using dialects::zitadel::RpcCode;

constexpr std::string_view add_human_user = "zitadel.user.v2.UserService/AddHumanUser";
constexpr std::string_view set_phone = "zitadel.user.v2.UserService/SetPhone";
constexpr std::string_view verify_phone = "zitadel.user.v2.UserService/VerifyPhone";
constexpr std::string_view get_user_by_id = "zitadel.user.v2.UserService/GetUserByID";

RpcCall call_with(std::string message) {
    RpcCall call;
    call.metadata.authorization = "Bearer ";
    call.metadata.authorization += administrator_token;
    call.metadata.caller_address = "192.0.2.1";
    call.encoding = Encoding::protobuf;
    call.message = std::move(message);
    return call;
}

pb::AddHumanUserRequest ada() {
    pb::AddHumanUserRequest request;
    request.set_user_id("ada");
    request.mutable_profile()->set_given_name("Ada");
    request.mutable_profile()->set_family_name("Lovelace");
    request.mutable_email()->set_email("ada@example.com");
    return request;
}

TEST(Rpc, GoesTheWholeWayInProtobuf) {
    World world(Settings{}, StoreKind::memory);
    ASSERT_TRUE(world.call(add_human_user, call_with(ada().SerializeAsString())));

    pb::SetPhoneRequest set;
    set.set_user_id("ada");
    set.set_phone("+41 79 123 45 67");
    set.mutable_return_code();
    const auto answer = world.call(set_phone, call_with(set.SerializeAsString()));
    ASSERT_TRUE(answer);
    pb::SetPhoneResponse response;
    ASSERT_TRUE(response.ParseFromString(*answer));
    EXPECT_EQ(response.details().sequence(), 3U);
    EXPECT_EQ(response.details().resource_owner(), "69629023906488334");
    EXPECT_EQ(response.details().change_date().seconds(), 1767607200); // 2026-01-05T10:00:00Z
    EXPECT_EQ(response.verification_code().size(), 6U);

    pb::VerifyPhoneRequest verify;
    verify.set_user_id("ada");
    verify.set_verification_code(response.verification_code());
    ASSERT_TRUE(world.call(verify_phone, call_with(verify.SerializeAsString())));

    pb::GetUserByIDRequest get;
    get.set_user_id("ada");
    pb::GetUserByIDResponse user;
    ASSERT_TRUE(user.ParseFromString(*world.call(get_user_by_id, call_with(get.SerializeAsString()))));
    EXPECT_EQ(user.user().human().phone().phone(), "+41791234567");
    EXPECT_TRUE(user.user().human().phone().is_verified());
}

TEST(Rpc, HasTheErrorsOfTheContract) {
    World world(Settings{}, StoreKind::memory);
    pb::VerifyPhoneRequest verify;
    const auto invalid = world.call(verify_phone, call_with(verify.SerializeAsString()));
    ASSERT_FALSE(invalid);
    EXPECT_EQ(invalid.error().code, RpcCode::invalid_argument);
    EXPECT_TRUE(invalid.error().id.empty());

    verify.set_user_id("nobody");
    verify.set_verification_code("1");
    const auto unknown = world.call(verify_phone, call_with(verify.SerializeAsString()));
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, RpcCode::not_found);
    EXPECT_EQ(unknown.error().text(), "Phone not found (COMMAND-ieJ2e)");

    RpcCall stranger = call_with(verify.SerializeAsString());
    stranger.metadata.authorization.clear();
    const auto unauthenticated = world.call(verify_phone, stranger);
    ASSERT_FALSE(unauthenticated);
    EXPECT_EQ(unauthenticated.error().code, RpcCode::unauthenticated);
}

TEST(Rpc, RefusesBytesThatAreNoMessage) {
    World world(Settings{}, StoreKind::memory);
    const std::string whole = ada().SerializeAsString();
    unsigned refused = 0;
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const auto answer = world.call(add_human_user, call_with(whole.substr(0, length)));
        ASSERT_FALSE(answer) << length;
        EXPECT_EQ(answer.error().code, RpcCode::invalid_argument);
        refused += answer.error().text().find("is no zitadel.user.v2.AddHumanUserRequest message") !=
                   std::string::npos;
    }
    EXPECT_GT(refused, 0U);
}

TEST(Rpc, SkipsMembersThatItDoesNotKnow) {
    World world(Settings{}, StoreKind::memory);
    std::string message = ada().SerializeAsString();
    message.append("\xFA\x3E\x03new"); // field 1007, three bytes
    EXPECT_TRUE(world.call(add_human_user, call_with(message)));
}

} // namespace
} // namespace dialproof::contracts
