// The command line: which subcommand with what, and nothing of how it is done.
#pragma once

#include "app/config.h"
#include "flows/access.h"

#include <string>

namespace dialproof::app {

// Runs the program and answers its exit status: 0 done, 1 it failed, 2 the command line or the
// configuration is wrong.
int run(int argc, char** argv);

} // namespace dialproof::app
