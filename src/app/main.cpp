#include "app/command_line.h"

int main(int argc, char** argv) { return dialproof::app::run(argc, argv); }
