// The methods of zitadel over every transport: each call of these stories is made as gRPC, gRPC-Web (binary
// and text) and Connect (protobuf and JSON) make it, and must end the same.
#include "base/base64.h"
#include "google/rpc/status.pb.h"
#include "wire/grpc_frame.h"
#include "wire/grpc_text.h"
#include "world.h"
#include "zitadel/message.pb.h"
#include "zitadel/user/v2/user_service.pb.h"

#include <gmock/gmock.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

namespace dialproof::contracts {
namespace {

namespace pb = ::zitadel::user::v2;
using google::protobuf::Message;
using testing::HasSubstr;

constexpr const char* v2 = "zitadel.user.v2.UserService";

// How a call ended, as a client sees it.
struct Ended {
    std::string code; // "0", or "3"
    std::string message;
    std::string id; // of the ErrorDetail
    std::string bytes;
};

// Each client makes a request of a message, and reads what came back.
class Client {
public:
    virtual ~Client() = default;
    [[nodiscard]] virtual http::Request request(const Message& message) const = 0;
    virtual Ended read(const http::Response& response, Message& answer) const = 0;
};

void read_details(Ended& ended, const std::string& base64) {
    google::rpc::Status status;
    ASSERT_TRUE(status.ParseFromString(base64_decoded(base64).value()));
    EXPECT_EQ(std::to_string(status.code()), ended.code);
    EXPECT_EQ(status.message(), ended.message);
    ASSERT_EQ(status.details_size(), 1);
    EXPECT_EQ(status.details(0).type_url(), "type.googleapis.com/zitadel.v1.ErrorDetail");
    ::zitadel::v1::ErrorDetail detail;
    ASSERT_TRUE(detail.ParseFromString(status.details(0).value()));
    ended.id = detail.id();
}

Ended ended_by(const std::map<std::string, std::string>& trailers) {
    Ended ended{trailers.at("grpc-status"), "", "", ""};
    if (const auto found = trailers.find("grpc-message"); found != trailers.end())
        ended.message = http::percent_decoded(found->second).value();
    if (const auto found = trailers.find("grpc-status-details-bin"); found != trailers.end())
        read_details(ended, found->second);
    return ended;
}

class GrpcClient final : public Client {
public:
    [[nodiscard]] http::Request request(const Message& message) const override {
        http::Request request;
        request.headers.add("content-type", "application/grpc");
        request.headers.add("te", "trailers");
        request.body = wire::grpc_frame(message.SerializeAsString());
        request.trailers_reach = true;
        return request;
    }
    Ended read(const http::Response& response, Message& answer) const override {
        EXPECT_EQ(response.status, 200);
        EXPECT_EQ(response.headers.get("content-type"), "application/grpc");
        const bool failed = response.headers.find("grpc-status").has_value(); // trailers alone
        std::map<std::string, std::string> trailers;
        for (const auto& [name, value] : (failed ? response.headers : response.trailers).all())
            trailers[name] = value;
        Ended ended = ended_by(trailers);
        if (failed) {
            EXPECT_EQ(response.body, "");
            return ended;
        }
        wire::GrpcFrameDecoder frames(1 << 20);
        frames.feed(response.body);
        ended.bytes = frames.next().value()->message;
        EXPECT_TRUE(answer.ParseFromString(ended.bytes));
        return ended;
    }
};

class GrpcWebClient final : public Client {
public:
    explicit GrpcWebClient(bool text) : text_(text) {}
    [[nodiscard]] http::Request request(const Message& message) const override {
        http::Request request;
        request.headers.add("content-type", type());
        request.headers.add("x-grpc-web", "1");
        const auto frame = wire::grpc_frame(message.SerializeAsString());
        request.body = text_ ? to_base64(frame) : frame;
        return request;
    }
    Ended read(const http::Response& response, Message& answer) const override {
        EXPECT_EQ(response.status, 200);
        EXPECT_EQ(response.headers.get("content-type"), type());
        wire::GrpcFrameDecoder frames(1 << 20);
        frames.feed(text_ ? wire::grpc_web_text_decoded(response.body).value() : response.body);
        std::string bytes;
        for (;;) {
            const auto frame = frames.next().value().value();
            if ((frame.flags & wire::grpc_flag_trailers) == 0) {
                bytes = frame.message;
                EXPECT_TRUE(answer.ParseFromString(bytes));
                continue;
            }
            Ended ended = ended_by(fields_of(frame.message));
            ended.bytes = bytes;
            return ended;
        }
    }

private:
    [[nodiscard]] std::string type() const {
        return text_ ? "application/grpc-web-text" : "application/grpc-web+proto";
    }
    static std::map<std::string, std::string> fields_of(std::string_view lines) {
        std::map<std::string, std::string> fields;
        while (!lines.empty()) {
            const auto colon = lines.find(": "), end = lines.find("\r\n");
            fields[std::string(lines.substr(0, colon))] = lines.substr(colon + 2, end - colon - 2);
            lines.remove_prefix(end + 2);
        }
        return fields;
    }

    bool text_;
};

class ConnectClient final : public Client {
public:
    explicit ConnectClient(bool json) : json_(json) {}
    [[nodiscard]] http::Request request(const Message& message) const override {
        http::Request request;
        request.headers.add("content-type", json_ ? "application/json" : "application/proto");
        request.headers.add("connect-protocol-version", "1");
        if (json_)
            EXPECT_TRUE(google::protobuf::util::MessageToJsonString(message, &request.body).ok());
        else
            request.body = message.SerializeAsString();
        return request;
    }
    Ended read(const http::Response& response, Message& answer) const override {
        if (response.status == 200) {
            EXPECT_EQ(response.headers.get("content-type"), json_ ? "application/json" : "application/proto");
            EXPECT_TRUE(json_ ? google::protobuf::util::JsonStringToMessage(response.body, &answer).ok()
                              : answer.ParseFromString(response.body));
            return {"0", "", "", response.body};
        }
        return error_of(response);
    }

private:
    static Ended error_of(const http::Response& response) {
        static const std::map<std::string, std::pair<std::string, int>> codes{
            {"invalid_argument", {"3", 400}},   {"not_found", {"5", 404}},
            {"already_exists", {"6", 409}},     {"permission_denied", {"7", 403}},
            {"resource_exhausted", {"8", 429}}, {"failed_precondition", {"9", 400}},
            {"unimplemented", {"12", 404}},     {"unauthenticated", {"16", 401}}};
        EXPECT_EQ(response.headers.get("content-type"), "application/json");
        google::protobuf::Struct error;
        EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(response.body, &error).ok()) << response.body;
        const auto& fields = error.fields();
        const auto& [code, status] = codes.at(fields.at("code").string_value());
        EXPECT_EQ(response.status, status);
        Ended ended{code, fields.at("message").string_value(), "", ""};
        if (fields.contains("details")) {
            const auto& detail = fields.at("details").list_value().values(0).struct_value().fields();
            EXPECT_EQ(detail.at("type").string_value(), "zitadel.v1.ErrorDetail");
            const std::string value = detail.at("value").string_value();
            EXPECT_EQ(value.find('='), std::string::npos);
            ::zitadel::v1::ErrorDetail message;
            EXPECT_TRUE(message.ParseFromString(base64_decoded(value).value()));
            ended.id = message.id();
        }
        return ended;
    }

    bool json_;
};

std::unique_ptr<Client> client_called(const std::string& name) {
    if (name == "grpc")
        return std::make_unique<GrpcClient>();
    if (name == "grpc_web" || name == "grpc_web_text")
        return std::make_unique<GrpcWebClient>(name == "grpc_web_text");
    return std::make_unique<ConnectClient>(name == "connect_json");
}

class EveryTransport : public testing::TestWithParam<const char*> {
protected:
    [[nodiscard]] http::Request request(const Message& message, const char* method,
                                        const char* service = v2) const {
        http::Request made = client_->request(message);
        made.method = "POST";
        made.path = std::string("/") + service + "/" + method;
        made.caller_address = "192.0.2.1";
        return made;
    }
    Ended call(const char* method, const Message& message, Message& answer, const char* service = v2) {
        http::Request made = request(message, method, service);
        made.headers.add("authorization", std::string("Bearer ") + administrator_token);
        return client_->read(world_.ask(std::move(made)), answer);
    }
    Ended call(const char* method, const Message& message) {
        pb::GetUserByIDResponse nothing; // of errors nobody reads it
        return call(method, message, nothing);
    }
    void add_ada() {
        pb::AddHumanUserRequest request;
        request.set_user_id("ada");
        request.mutable_profile()->set_given_name("Ada");
        request.mutable_profile()->set_family_name("Lovelace");
        request.mutable_email()->set_email("ada@example.com");
        pb::AddHumanUserResponse added;
        ASSERT_EQ(call("AddHumanUser", request, added).code, "0");
        EXPECT_EQ(added.user_id(), "ada");
    }
    std::string code_of_a_new_phone() {
        pb::SetPhoneRequest set;
        set.set_user_id("ada");
        set.set_phone("+41 79 123 45 67");
        set.mutable_return_code();
        pb::SetPhoneResponse response;
        EXPECT_EQ(call("SetPhone", set, response).code, "0");
        EXPECT_EQ(response.details().sequence(), 3U);
        EXPECT_EQ(response.details().resource_owner(), "69629023906488334");
        EXPECT_EQ(response.details().change_date().seconds(), 1767607200); // 2026-01-05T10:00:00Z
        return response.verification_code();
    }
    static pb::VerifyPhoneRequest guess(const char* user, const std::string& code) {
        pb::VerifyPhoneRequest verify;
        verify.set_user_id(user);
        verify.set_verification_code(code);
        return verify;
    }

    World world_{Settings{}, StoreKind::memory};
    std::unique_ptr<Client> client_ = client_called(GetParam());
};

TEST_P(EveryTransport, VerifiesANumber) {
    add_ada();
    const std::string code = code_of_a_new_phone();
    EXPECT_EQ(code.size(), 6U);
    pb::VerifyPhoneResponse verified;
    EXPECT_EQ(call("VerifyPhone", guess("ada", code), verified).code, "0");
    EXPECT_EQ(verified.details().sequence(), 4U);

    pb::GetUserByIDRequest get;
    get.set_user_id("ada");
    pb::GetUserByIDResponse user;
    EXPECT_EQ(call("GetUserByID", get, user).code, "0");
    EXPECT_EQ(user.user().human().phone().phone(), "+41791234567");
    EXPECT_TRUE(user.user().human().phone().is_verified());
}

TEST_P(EveryTransport, ServesTheTwinOfTheVersionBefore) {
    add_ada();
    pb::GetUserByIDRequest get;
    get.set_user_id("ada");
    pb::GetUserByIDResponse user;
    EXPECT_EQ(call("GetUserByID", get, user, "zitadel.user.v2beta.UserService").code, "0");
    EXPECT_EQ(user.user().user_id(), "ada");
}

TEST_P(EveryTransport, TellsErrorsWithTheirIds) {
    const Ended unknown = call("VerifyPhone", guess("nobody", "1"));
    EXPECT_EQ(unknown.code, "5");
    EXPECT_EQ(unknown.message, "Phone not found (COMMAND-ieJ2e)");
    EXPECT_EQ(unknown.id, "COMMAND-ieJ2e");

    add_ada();
    code_of_a_new_phone();
    const Ended wrong = call("VerifyPhone", guess("ada", "no"));
    EXPECT_EQ(wrong.code, "3");
    EXPECT_EQ(wrong.message, "Code is invalid (COMMAND-eis9R)");
    EXPECT_EQ(wrong.id, "COMMAND-eis9R");
}

TEST_P(EveryTransport, TellsErrorsWithoutAnId) {
    const Ended invalid = call("VerifyPhone", pb::VerifyPhoneRequest());
    EXPECT_EQ(invalid.code, "3");
    EXPECT_THAT(invalid.message, HasSubstr("VerifyPhoneRequest.UserId"));
    EXPECT_EQ(invalid.id, "");
}

TEST_P(EveryTransport, AsksForAToken) {
    pb::VerifyPhoneResponse nothing;
    const auto response = world_.ask(request(guess("ada", "1"), "VerifyPhone"));
    EXPECT_EQ(client_->read(response, nothing).code, "16");
}

TEST_P(EveryTransport, KnowsNoOtherMethod) {
    pb::VerifyPhoneResponse nothing;
    const auto response = world_.ask(request(guess("ada", "1"), "VerifyFax"));
    const Ended ended = client_->read(response, nothing);
    EXPECT_EQ(ended.code, "12");
    EXPECT_THAT(ended.message, HasSubstr("/zitadel.user.v2.UserService/VerifyFax"));
}

TEST_P(EveryTransport, SkipsMembersThatItDoesNotKnow) {
    add_ada();
    pb::GetUserByIDRequest get;
    get.set_user_id("ada");
    get.GetReflection()->MutableUnknownFields(&get)->AddLengthDelimited(1007, "new");
    pb::GetUserByIDResponse user;
    EXPECT_EQ(call("GetUserByID", get, user).code, "0");
}

// The lists are those that browsers' clients of this API send and read (contract, section 7).
TEST(CrossOrigin, PagesMaySendAndReadWhatTheirClientsNeed) {
    const std::string origin = "https://app.example";
    Settings settings;
    settings.cors_origins = {origin};
    World world(settings, StoreKind::memory);
    for (const char* path : {"/zitadel.user.v2.UserService/SetPhone", "/v2/users/ada/phone"}) {
        http::Request preflight;
        preflight.method = "OPTIONS";
        preflight.path = path;
        preflight.headers.add("origin", origin);
        const auto allowed = world.ask(preflight);
        EXPECT_EQ(allowed.headers.get("access-control-allow-origin"), origin);
        EXPECT_EQ(allowed.headers.get("access-control-allow-headers"),
                  "authorization, content-type, x-grpc-web, x-user-agent, grpc-timeout, "
                  "connect-protocol-version, connect-timeout-ms, x-zitadel-orgid");
        http::Request call = preflight;
        call.method = "POST";
        EXPECT_EQ(world.ask(call).headers.get("access-control-expose-headers"),
                  "grpc-status, grpc-message, grpc-status-details-bin");
    }
}

INSTANTIATE_TEST_SUITE_P(Clients, EveryTransport,
                         testing::Values("grpc", "grpc_web", "grpc_web_text", "connect_proto",
                                         "connect_json"),
                         [](const auto& name) { return std::string(name.param); });

} // namespace
} // namespace dialproof::contracts
