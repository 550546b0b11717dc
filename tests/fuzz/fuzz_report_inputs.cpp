// The kept inputs of a report, which verify-report reads from wherever they were handed on.
#include <sstream>

#include "fuzz_support.h"
#include "report/report.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace linesman;
    std::istringstream text{std::string(fuzz::text_of(data, size))};
    const auto inputs = report::read_inputs(text, "inputs");
    if (!inputs) {
        fuzz::require_shown_well(inputs.error());
        return 0;
    }
    const auto report = report::build_report(*inputs);
    if (!report) fuzz::require_shown_well(report.error());
    return 0;
}
