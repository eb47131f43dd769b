// Plays every transcript and writes, one JSON text a line, what openapi_test.py holds against each other: the
// routes and the document of each world, and the requests and answers that were seen there.
//
//   contract_exchanges FILE
#include "api_docs/document.h"
#include "base/json_writer.h"
#include "dev/dev_plane.h"
#include "runner.h"
#include "server/operations.h"
#include "stores/memory/memory_store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace dialproof::contracts {
namespace {

const std::filesystem::path folder = DIALPROOF_TRANSCRIPTS;

std::vector<std::filesystem::path> transcripts() {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.path().extension() == ".txt" && entry.path().parent_path() != folder)
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

// The APIs that no transcript is about: their routes are read, and nothing is asked of them.
std::vector<http::Mount> other_mounts() {
    ports::ManualClock real;
    dev::ShiftedClock clock(real);
    ports::ManualAlarm alarm(clock);
    stores::MemoryStore store;
    dev::OutboxWatch outbox(store);
    ports::DeafSink sink;
    dev::Carrier carrier(sink, clock, alarm);
    const std::atomic<bool> stopping = false;
    return {dev::dev_plane(carrier, clock, outbox), server::make_operations_mount({}, {}, stopping)};
}

void write_mount(JsonWriter& json, const http::Mount& mount) {
    json.begin_object().member("name", mount.name).key("prefixes").begin_array();
    for (const auto& prefix : mount.prefixes)
        json.value(prefix);
    json.end_array().key("routes").begin_array();
    for (const auto& route : mount.routes) {
        json.begin_object().member("method", route.method).member("pattern", route.pattern);
        json.member("name", route.name).end_object();
    }
    json.end_array().end_object();
}

std::string world_text(const Settings& settings, const World& world) {
    api_docs::Served served{
        "0.0.0", true, true, true, true, settings.pip.commands, true, settings.techno.prefix};
    JsonWriter json;
    json.begin_object().key("document").raw(api_docs::document(served)).key("mounts").begin_array();
    for (const auto& mount : world.mounts())
        write_mount(json, mount);
    for (const auto& mount : other_mounts())
        write_mount(json, mount);
    return json.end_array().end_object().take();
}

std::string exchange_text(const std::string& transcript, const http::Request& request,
                          const http::Response& response) {
    JsonWriter json;
    json.begin_object().member("transcript", transcript).member("method", request.method);
    json.member("path", request.path).member("sent", request.body);
    json.member("sent_type", request.headers.get("content-type")).member("status", response.status);
    json.key("headers").begin_object();
    for (const auto& [name, value] : response.headers.all())
        json.member(name, value);
    return json.end_object().member("body", response.body).end_object().take();
}

void write_all(std::ostream& out) {
    std::string last_world;
    for (const auto& file : transcripts()) {
        const std::string name = std::filesystem::relative(file, folder);
        play(file, StoreKind::memory,
             [&](const Settings& settings, const World& world, const http::Request& request,
                 const http::Response& response) {
                 if (auto text = world_text(settings, world); text != last_world) {
                     out << R"({"world":)" << text << "}\n";
                     last_world = std::move(text);
                 }
                 out << R"({"exchange":)" << exchange_text(name, request, response) << "}\n";
             });
    }
}

} // namespace
} // namespace dialproof::contracts

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    std::ofstream out(argc == 2 ? argv[1] : "");
    if (!out) {
        std::cerr << "usage: contract_exchanges FILE\n";
        return 2;
    }
    dialproof::contracts::write_all(out);
    return testing::UnitTest::GetInstance()->Failed() || !out.flush() ? 1 : 0;
}
