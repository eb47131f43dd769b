// What the server under load used and did, as the kernel and its own metrics tell.
#pragma once

#include "bench/load/http_client.h"

#include <cstdint>
#include <string>

#include <sys/types.h>

namespace dialproof::bench {

struct ServerSample {
    double cpu_seconds = 0; // of all its threads so far, user and system
    double commits = 0, commit_groups = 0;
};

// Of a process of this machine; zeros where there is none.
double cpu_seconds_of(pid_t process);
double resident_mib_of(pid_t process);

// A server without such metrics has made no commits.
Task<ServerSample> sample_server(pid_t process, HttpClient& client);

} // namespace dialproof::bench
