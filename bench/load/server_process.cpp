#include "bench/load/server_process.h"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string_view>

#include <unistd.h>

namespace dialproof::bench {

namespace {

// "name 12.5" at the start of a line.
double metric(std::string_view text, std::string_view name) {
    const std::string sign = "\n" + std::string(name) + " ";
    const auto at = text.find(sign);
    return at == std::string_view::npos ? 0
                                        : std::atof(std::string(text.substr(at + sign.size(), 32)).c_str());
}

} // namespace

double cpu_seconds_of(pid_t process) {
    std::ifstream file("/proc/" + std::to_string(process) + "/stat");
    const std::string stat((std::istreambuf_iterator<char>(file)), {});
    const auto name_end = stat.rfind(')'); // a name may hold anything
    if (name_end == std::string::npos)
        return 0;
    std::istringstream fields(stat.substr(name_end + 2));
    std::string skipped;
    for (int i = 3; i < 14; ++i) // utime and stime are fields 14 and 15: proc(5)
        fields >> skipped;
    double user = 0, system = 0;
    fields >> user >> system;
    return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double resident_mib_of(pid_t process) {
    std::ifstream file("/proc/" + std::to_string(process) + "/statm");
    double size = 0, resident = 0;
    file >> size >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1024 * 1024);
}

Task<ServerSample> sample_server(pid_t process, HttpClient& client) {
    ServerSample sample;
    auto asking = client.ask("GET", "/metrics", "", "");
    const HttpAnswer answer = co_await asking;
    if (answer.status == 200) {
        sample.commits = metric(answer.body, "dialproof_store_commit_batch_size_sum");
        sample.commit_groups = metric(answer.body, "dialproof_store_commit_batch_size_count");
    }
    sample.cpu_seconds = cpu_seconds_of(process);
    co_return sample;
}

} // namespace dialproof::bench
