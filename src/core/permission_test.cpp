#include "core/permission.h"

#include <gtest/gtest.h>

#include <array>

namespace dialproof::core {
namespace {

const ServiceName here("here"), elsewhere("elsewhere");

User user_in(const ServiceName& service) {
    User user;
    user.id = UserId("alice");
    user.service = service;
    return user;
}

Principal with(std::set<Permission> permissions, std::optional<ServiceName> service = {}) {
    Principal principal;
    principal.permissions = std::move(permissions);
    principal.service = std::move(service);
    return principal;
}

Principal person(const std::string& id) {
    Principal principal;
    principal.user = UserId(id);
    return principal;
}

constexpr std::array actions{Action::read_user,    Action::add_user,           Action::change_profile,
                             Action::set_phone,    Action::set_phone_trusting, Action::verify_phone,
                             Action::remove_phone, Action::remove_user};

// What a principal may do to the user "alice" of the service "here", in the order of `actions`.
std::string allowed_to(const Principal& principal) {
    std::string marks;
    for (const Action action : actions)
        marks += allowed(principal, action, user_in(here)) ? 'x' : '.';
    return marks;
}

Principal administrator() {
    Principal principal;
    principal.administrator = true;
    return principal;
}

TEST(Permission, TheWholeTable) {
    //                                                               read add profile phone trusting verify
    //                                                                                 remove_phone
    //                                                                                 remove_user
    EXPECT_EQ(allowed_to(Principal{}), ".....x..") << "anybody may present a code";
    EXPECT_EQ(allowed_to(person("alice")), "x.xx.x..") << "herself, but never trusting";
    EXPECT_EQ(allowed_to(person("bob")), ".....x..") << "another person";
    EXPECT_EQ(allowed_to(with({Permission::user_read})), "x....x..");
    EXPECT_EQ(allowed_to(with({Permission::user_write})), ".xxxxxx.");
    EXPECT_EQ(allowed_to(with({Permission::user_delete})), ".....x.x");
    EXPECT_EQ(allowed_to(with({Permission::user_read, Permission::user_write, Permission::user_delete})),
              "xxxxxxxx");
    EXPECT_EQ(allowed_to(administrator()), "xxxxxxxx");
}

TEST(Permission, HoldsInItsServiceOnly) {
    const std::set all{Permission::user_read, Permission::user_write, Permission::user_delete};
    EXPECT_EQ(allowed_to(with(all, here)), "xxxxxxxx");
    EXPECT_EQ(allowed_to(with(all, elsewhere)), ".....x..");
}

TEST(Permission, AnAdministratorIsBoundToNoService) {
    Principal principal = administrator();
    principal.service = elsewhere;
    EXPECT_EQ(allowed_to(principal), "xxxxxxxx");
}

TEST(Permission, APersonalTokenHasItsPersonAndItsRoles) {
    Principal principal = person("alice");
    principal.permissions = {Permission::user_delete};
    principal.service = elsewhere;
    EXPECT_EQ(allowed_to(principal), "x.xx.x..") << "herself here, the role elsewhere";
}

TEST(Principal, OnlyRolesTellThatAUserDoesNotExist) {
    EXPECT_FALSE(Principal{}.may_know_users());
    EXPECT_FALSE(person("alice").may_know_users());
    EXPECT_TRUE(with({Permission::user_read}).may_know_users());
    EXPECT_TRUE(administrator().may_know_users());
}

TEST(Principal, IsPublicWithoutPersonAndRoles) {
    EXPECT_TRUE(Principal{}.is_public());
    EXPECT_FALSE(person("alice").is_public());
    EXPECT_FALSE(with({Permission::user_read}).is_public());
    EXPECT_FALSE(administrator().is_public());
}

TEST(Permission, EachHasANameThatIsReadBack) {
    for (const auto permission : {Permission::user_read, Permission::user_write, Permission::user_delete})
        EXPECT_EQ(parse_permission(to_text(permission)), permission);
    for (const char* text : {"", "user", "user.", "User.Read", "administrator"})
        EXPECT_FALSE(parse_permission(text)) << text;
}

} // namespace
} // namespace dialproof::core
