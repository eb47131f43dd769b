#include "app/command_line.h"

// Read by jemalloc, where it is linked in (jemalloc(3)): of more arenas each keeps some memory for itself.
extern "C" const char* malloc_conf;
const char* malloc_conf = "narenas:2,dirty_decay_ms:1000";

int main(int argc, char** argv) { return dialproof::app::run(argc, argv); }
