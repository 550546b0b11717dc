// Photos of the demo's poles: rendered on several threads, in memory only. The same pole, slot and options give the
// same bytes, so that a reused photo can be made again.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/worker_pool.h"
#include "image/demo_photo.h"

namespace linesman::field {

struct StudioOptions {
    int width = 1024, height = 768;  // px; the rules call smaller photos too small
    int quality = 75;
};

class PhotoStudio {
  public:
    explicit PhotoStudio(StudioOptions options) : options_(options) {}
    // JPEGs in the order of the specs; their sizes are the studio's. Errors: those of image/encode.h.
    base::Result<std::vector<std::string>> render(std::vector<image::DemoPhotoSpec> specs);

  private:
    StudioOptions options_;
    base::WorkerPool pool_;
};

}  // namespace linesman::field
