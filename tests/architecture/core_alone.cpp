// Linked with all of core and nothing but base below it. That this program links is the test: a rule that
// called a port, a store or a library would leave a name open.
#include "core/code.h"

int main() {
    const dialproof::core::CodeShape shape;
    return dialproof::core::code_count(shape) == 1'000'000 ? 0 : 1;
}
