// What a report would hold, for whoever chooses one (app/report_previewer.h works it out). A value; thread: any.
#pragma once

#include <string>

#include "app/report_request.h"
#include "report/preview.h"

namespace linesman::app {

struct ReportPreview {
    ReportRequest request;
    std::string why, cure;  // non-empty: it could not be made
    report::Preview of;
};

}  // namespace linesman::app
