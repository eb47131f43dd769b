#include "rpc/reflection.h"

#include "base/run_loop.h"
#include "grpc/health/v1/health.pb.h"
#include "grpc/reflection/v1/reflection.pb.h"
#include "rpc/test_messages.h"

#include <google/protobuf/descriptor.pb.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dialproof::rpc {
namespace {

using grpc::reflection::v1::ServerReflectionRequest;
using grpc::reflection::v1::ServerReflectionResponse;
using testing::ElementsAre;
using testing::IsEmpty;

const std::string health = "grpc.health.v1.Health";

class ServerReflection : public testing::TestWithParam<const char*> {
protected:
    ServerReflection() {
        grpc::health::v1::HealthCheckRequest::descriptor(); // so that it is in the program
        services_ = reflection_services({health, "test.WithoutDescriptor"});
    }

    std::shared_ptr<Messages> talk(std::vector<std::string> questions) {
        for (const auto& service : services_)
            if (service.name == std::string("grpc.reflection.") + GetParam() + ".ServerReflection")
                return service.streaming_methods.front().call(
                    {}, std::make_shared<TestMessages>(std::move(questions)));
        return nullptr;
    }
    std::vector<ServerReflectionResponse> ask(const std::vector<ServerReflectionRequest>& requests) {
        std::vector<std::string> questions;
        questions.reserve(requests.size());
        for (const auto& request : requests)
            questions.push_back(request.SerializeAsString());
        const auto talking = talk(std::move(questions));
        std::vector<ServerReflectionResponse> answers;
        while (const auto message = loop_.wait_for(talking->next()).value())
            EXPECT_TRUE(answers.emplace_back().ParseFromString(*message));
        return answers;
    }
    static ServerReflectionRequest symbol(const std::string& name) {
        ServerReflectionRequest request;
        request.set_file_containing_symbol(name);
        return request;
    }
    static std::vector<std::string> files(const ServerReflectionResponse& response) {
        std::vector<std::string> names;
        for (const auto& bytes : response.file_descriptor_response().file_descriptor_proto()) {
            google::protobuf::FileDescriptorProto file;
            EXPECT_TRUE(file.ParseFromString(bytes));
            names.push_back(file.name());
        }
        return names;
    }

    RunLoop loop_;
    std::vector<Service> services_;
};

TEST_P(ServerReflection, NamesTheServicesThatItCanDescribe) {
    ServerReflectionRequest request;
    request.set_host("here");
    request.set_list_services("*");
    const auto answer = ask({request}).front();
    std::vector<std::string> names;
    for (const auto& service : answer.list_services_response().service())
        names.push_back(service.name());
    EXPECT_THAT(names, ElementsAre(health, "grpc.reflection.v1.ServerReflection",
                                   "grpc.reflection.v1alpha.ServerReflection"));
    EXPECT_EQ(answer.valid_host(), "here");
    EXPECT_EQ(answer.original_request().list_services(), "*");
}

TEST_P(ServerReflection, GivesTheFileOfAServiceAMethodAMessageAndByItsName) {
    ServerReflectionRequest by_name;
    by_name.set_file_by_filename("grpc/health/v1/health.proto");
    for (const auto& request : {symbol(health), symbol(health + ".Check"),
                                symbol("grpc.health.v1.HealthCheckResponse.ServingStatus"), by_name})
        EXPECT_THAT(files(ask({request}).front()), ElementsAre("grpc/health/v1/health.proto"));
}

TEST_P(ServerReflection, AnswersEachQuestionOfAStreamThoughItWasAskedBefore) {
    const auto answers = ask({symbol(health), symbol("no.Such"), symbol(health)});
    ASSERT_EQ(answers.size(), 3U);
    EXPECT_THAT(files(answers[0]), ElementsAre("grpc/health/v1/health.proto"));
    EXPECT_EQ(answers[1].error_response().error_code(), static_cast<int>(Code::not_found));
    EXPECT_THAT(files(answers[2]), ElementsAre("grpc/health/v1/health.proto"));
}

TEST_P(ServerReflection, TellsNothingOfWhatIsNotServed) {
    const auto answer = ask({symbol("google.protobuf.FileDescriptorProto")}).front();
    EXPECT_THAT(files(answer), IsEmpty());
    EXPECT_EQ(answer.error_response().error_code(), static_cast<int>(Code::not_found));
}

TEST_P(ServerReflection, KnowsNoExtensionsAndNoEmptyQuestion) {
    ServerReflectionRequest numbers, extension;
    numbers.set_all_extension_numbers_of_type("grpc.health.v1.HealthCheckRequest");
    extension.mutable_file_containing_extension()->set_extension_number(1);
    const auto answers = ask({numbers, extension, {}});
    EXPECT_EQ(answers[0].error_response().error_code(), static_cast<int>(Code::not_found));
    EXPECT_EQ(answers[1].error_response().error_code(), static_cast<int>(Code::not_found));
    EXPECT_EQ(answers[2].error_response().error_code(), static_cast<int>(Code::invalid_argument));
}

TEST_P(ServerReflection, EndsWithAnErrorAtWhatIsNoQuestion) {
    EXPECT_EQ(loop_.wait_for(talk({"\xFF"})->next()).error().code, Code::invalid_argument);
}

INSTANTIATE_TEST_SUITE_P(Versions, ServerReflection, testing::Values("v1", "v1alpha"));

} // namespace
} // namespace dialproof::rpc
