// Shows an address in the person's own browser: xdg-open, found along PATH, as a process of its own that nobody waits
// for. No shell sees the address.
//
// Thread: any; does not block. Errors: configuration (the address is not http or https), io (xdg-open is not there).
#pragma once

#include <string>

#include "base/result.h"

namespace linesman::app {

base::Status open_browser(const std::string& url);

}  // namespace linesman::app
