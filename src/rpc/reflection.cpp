#include "rpc/reflection.h"

#include "grpc/reflection/v1/reflection.pb.h"
#include "grpc/reflection/v1alpha/reflection.pb.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <memory>
#include <set>
#include <utility>

namespace dialproof::rpc {

namespace {

using google::protobuf::FileDescriptor;
using Request = grpc::reflection::v1::ServerReflectionRequest;
using Response = grpc::reflection::v1::ServerReflectionResponse;

// What is told, and nothing else that happens to be in the program.
struct Known {
    std::vector<std::string> services;
    std::set<const FileDescriptor*> files; // with all that they import
};

void learn(std::set<const FileDescriptor*>& files, const FileDescriptor* file) {
    if (!files.insert(file).second)
        return;
    for (int i = 0; i < file->dependency_count(); ++i)
        learn(files, file->dependency(i));
}

Known known_of(const std::vector<std::string>& services) {
    Known known;
    for (const auto& name : services)
        if (const auto* file =
                google::protobuf::DescriptorPool::generated_pool()->FindFileContainingSymbol(name)) {
            known.services.push_back(name);
            learn(known.files, file);
        }
    return known;
}

void refuse(Response& response, Code code, const char* why) {
    response.mutable_error_response()->set_error_code(static_cast<int>(code));
    response.mutable_error_response()->set_error_message(why);
}

// The messages of one stream.
class Conversation final : public Messages {
public:
    Conversation(std::shared_ptr<const Known> known, std::shared_ptr<Messages> questions) :
        known_(std::move(known)), questions_(std::move(questions)) {}

    Task<Result<std::optional<std::string>, Error>> next() override {
        auto coming = questions_->next();
        auto question = co_await coming;
        if (!question || !*question)
            co_return std::move(question);
        Request request;
        if (!request.ParseFromString(**question))
            co_return fail(Error{Code::invalid_argument, "the message is no ServerReflectionRequest"});
        co_return answer(request).SerializeAsString();
    }

private:
    Response answer(const Request& request) {
        Response response;
        response.set_valid_host(request.host());
        *response.mutable_original_request() = request;
        const auto* pool = google::protobuf::DescriptorPool::generated_pool();
        switch (request.message_request_case()) {
        case Request::kListServices:
            for (const auto& name : known_->services)
                response.mutable_list_services_response()->add_service()->set_name(name);
            break;
        case Request::kFileByFilename:
            tell_file(response, pool->FindFileByName(request.file_by_filename()));
            break;
        case Request::kFileContainingSymbol:
            tell_file(response, pool->FindFileContainingSymbol(request.file_containing_symbol()));
            break;
        case Request::kFileContainingExtension: // proto3 has none but of options
        case Request::kAllExtensionNumbersOfType:
            refuse(response, Code::not_found, "there are no extensions");
            break;
        case Request::MESSAGE_REQUEST_NOT_SET:
            refuse(response, Code::invalid_argument, "nothing is asked");
            break;
        }
        return response;
    }

    // With all that it imports, and that was not told before in this stream: nobody has to ask for it.
    void tell_file(Response& response, const FileDescriptor* file) {
        if (file == nullptr || !known_->files.contains(file))
            return refuse(response, Code::not_found, "there is no such file or symbol");
        told_.erase(file); // whoever asks by name gets it again
        tell(*response.mutable_file_descriptor_response(), file);
    }
    void tell(grpc::reflection::v1::FileDescriptorResponse& response, const FileDescriptor* file) {
        if (!told_.insert(file).second)
            return;
        google::protobuf::FileDescriptorProto proto;
        file->CopyTo(&proto);
        response.add_file_descriptor_proto(proto.SerializeAsString());
        for (int i = 0; i < file->dependency_count(); ++i)
            tell(response, file->dependency(i));
    }

    std::shared_ptr<const Known> known_;
    std::shared_ptr<Messages> questions_;
    std::set<const FileDescriptor*> told_;
};

} // namespace

std::vector<Service> reflection_services(std::vector<std::string> services) {
    const std::string v1 = "grpc.reflection.v1.ServerReflection";
    const std::string v1alpha = "grpc.reflection.v1alpha.ServerReflection";
    grpc::reflection::v1alpha::ServerReflectionRequest::descriptor(); // so that it is in the program
    services.insert(services.end(), {v1, v1alpha});
    const auto known = std::make_shared<const Known>(known_of(services));
    const auto info = [known](Call, std::shared_ptr<Messages> questions) {
        return std::make_shared<Conversation>(known, std::move(questions));
    };
    // The messages of both are the same on the wire.
    return {{v1, {}, {{"ServerReflectionInfo", info}}}, {v1alpha, {}, {{"ServerReflectionInfo", info}}}};
}

} // namespace dialproof::rpc
