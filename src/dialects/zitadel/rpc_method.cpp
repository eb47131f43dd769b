#include "dialects/zitadel/rpc_method.h"

#include "base/text.h"
#include "dialects/zitadel/validation.h"
#include "wire/json.h"
#include "zitadel/user/v2/user_service.pb.h"

#include <google/protobuf/util/json_util.h>

#include <cstdlib>

namespace dialproof::dialects::zitadel {

namespace {

using google::protobuf::Message;

// Protobuf's own reader also takes single quotes, bare names and commas at the end: not here.
std::optional<RpcError> decode_json(const std::string& text, Message& request) {
    if (trimmed(text).empty())
        return {};
    if (const auto strict = json::parse(text); !strict)
        return invalid_argument("The request is no JSON: " + strict.error().text());
    google::protobuf::util::JsonParseOptions options;
    options.ignore_unknown_fields = true;
    const auto read = google::protobuf::util::JsonStringToMessage(text, &request, options);
    if (!read.ok())
        return invalid_argument("The JSON is no " + request.GetTypeName() + ": " +
                                std::string(read.message()));
    return {};
}

std::optional<RpcError> decode(const RpcCall& call, Message& request) {
    if (call.encoding == Encoding::json) {
        if (auto error = decode_json(call.message, request))
            return error;
    } else if (!request.ParseFromString(call.message)) {
        return invalid_argument("The request is no " + request.GetTypeName() + " message");
    }
    if (call.user_id) {
        const auto* field = request.GetDescriptor()->FindFieldByName("user_id");
        request.GetReflection()->SetString(&request, field, *call.user_id);
    }
    return {};
}

std::string encode(const Message& response, Encoding encoding) {
    if (encoding == Encoding::protobuf)
        return response.SerializeAsString();
    std::string json;
    if (!google::protobuf::util::MessageToJsonString(response, &json).ok())
        std::abort(); // all text in it is UTF-8 and all times are in range
    return json;
}

template <typename Request, typename Response>
using Handler = Task<RpcResult<Response>> (UserService::*)(RpcContext, Request);

template <typename Request, typename Response>
Task<RpcResult<std::string>> run(UserService& service, const Authentication& authentication,
                                 Handler<Request, Response> handler, RpcCall call) {
    const auto context = co_await authentication.authenticate(call.metadata);
    if (!context)
        co_return fail(context.error());
    Request request;
    if (auto error = decode(call, request))
        co_return fail(std::move(*error));
    if (auto broken = violation(request))
        co_return fail(invalid_argument(std::move(*broken)));
    const auto response = co_await (service.*handler)(*context, request);
    if (!response)
        co_return fail(response.error());
    co_return encode(*response, call.encoding);
}

class Table {
public:
    Table(UserService& service, const Authentication& authentication) :
        service_(service), authentication_(authentication) {}

    template <typename Request, typename Response>
    void add(std::string_view full_name, std::string_view verb, std::string_view path,
             Handler<Request, Response> handler) {
        const auto call = [&service = service_, &authentication = authentication_, handler](RpcCall made) {
            return run<Request, Response>(service, authentication, handler, std::move(made));
        };
        methods_.push_back({full_name, verb, path, call});
    }
    [[nodiscard]] std::vector<RpcMethod> take() { return std::move(methods_); }

private:
    UserService& service_;
    const Authentication& authentication_;
    std::vector<RpcMethod> methods_;
};

} // namespace

std::vector<RpcMethod> methods_of(UserService& service, const Authentication& authentication) {
    using S = UserService;
    Table table(service, authentication);
    // clang-format off
    table.add("zitadel.user.v2.UserService/AddHumanUser", "POST", "/v2/users/human", &S::add_human_user);
    table.add("zitadel.user.v2.UserService/CreateUser", "POST", "/v2/users/new", &S::create_user);
    table.add("zitadel.user.v2.UserService/GetUserByID", "GET", "/v2/users/{user_id}", &S::get_user_by_id);
    table.add("zitadel.user.v2.UserService/UpdateHumanUser", "PUT", "/v2/users/human/{user_id}", &S::update_human_user);
    table.add("zitadel.user.v2.UserService/UpdateUser", "PATCH", "/v2/users/{user_id}", &S::update_user);
    table.add("zitadel.user.v2.UserService/DeleteUser", "DELETE", "/v2/users/{user_id}", &S::delete_user);
    table.add("zitadel.user.v2.UserService/SetPhone", "POST", "/v2/users/{user_id}/phone", &S::set_phone);
    table.add("zitadel.user.v2.UserService/RemovePhone", "DELETE", "/v2/users/{user_id}/phone", &S::remove_phone);
    table.add("zitadel.user.v2.UserService/ResendPhoneCode", "POST", "/v2/users/{user_id}/phone/resend", &S::resend_phone_code);
    table.add("zitadel.user.v2.UserService/VerifyPhone", "POST", "/v2/users/{user_id}/phone/verify", &S::verify_phone);
    // clang-format on
    return table.take();
}

} // namespace dialproof::dialects::zitadel
