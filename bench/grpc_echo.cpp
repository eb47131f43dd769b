// VerifyPhone as grpc++ answers it when there is nothing to do: a message that is always the same.
//
//   grpc_echo [CERTIFICATE KEY]      with files: under TLS
#include "zitadel/user/v2/user_service.grpc.pb.h"

#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include <grpcpp/grpcpp.h>

namespace {

using zitadel::user::v2::UserService;
using zitadel::user::v2::VerifyPhoneRequest;
using zitadel::user::v2::VerifyPhoneResponse;

class Echo final : public UserService::CallbackService {
    grpc::ServerUnaryReactor* VerifyPhone(grpc::CallbackServerContext* context, const VerifyPhoneRequest*,
                                          VerifyPhoneResponse* response) override {
        response->mutable_details()->set_sequence(3);
        response->mutable_details()->mutable_change_date()->set_seconds(1'767'225'600);
        response->mutable_details()->set_resource_owner("69629023906488334");
        auto* reactor = context->DefaultReactor();
        reactor->Finish(grpc::Status::OK);
        return reactor;
    }
};

std::string content(const char* path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::shared_ptr<grpc::ServerCredentials> credentials(int argc, char** argv) {
    if (argc != 3)
        return grpc::InsecureServerCredentials();
    grpc::SslServerCredentialsOptions options;
    options.pem_key_cert_pairs.push_back({content(argv[2]), content(argv[1])});
    return grpc::SslServerCredentials(options);
}

} // namespace

int main(int argc, char** argv) {
    Echo echo;
    int port = 0;
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", credentials(argc, argv), &port);
    builder.RegisterService(&echo);
    const auto server = builder.BuildAndStart();
    if (!server || port == 0)
        return 1;
    std::printf("grpc++ ready on http://127.0.0.1:%d\n", port);
    std::fflush(stdout);
    server->Wait(); // a signal ends the process
}
