// The messages of a Listen stream, in the JSON of ListenResponse, gathered so that they leave together.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backend/channel.h"
#include "base/time.h"

namespace linesman::backend {

class ListenMessages {
  public:
    void target_change(std::string_view type, int64_t target);
    // With the place in the log that the client has reached; type empty: NO_CHANGE; target 0: all.
    void target_change(std::string_view type, int64_t target, const std::string& token, base::Timestamp time);
    void target_refused(int64_t target, int code, const std::string& message);
    // One tail for all documents of one initial result.
    static std::shared_ptr<const DocumentTail> tail(const std::vector<int64_t>& targets,
                                                    const std::vector<int64_t>& removed,
                                                    std::optional<std::vector<FieldPath>> select = {});
    void document(DocumentPtr document, std::shared_ptr<const DocumentTail> tail);
    void deleted(std::string_view name, base::Timestamp time, const std::vector<int64_t>& removed);
    void removed(std::string_view name, base::Timestamp time, const std::vector<int64_t>& removed);
    void filter(int64_t target, int64_t count, const std::string& unchanged_names);

    size_t documents() const { return documents_; }
    size_t removals() const { return removals_; }
    std::vector<OutMessage> take() { return std::move(messages_); }

  private:
    void gone(std::string_view kind, std::string_view name, base::Timestamp time, const std::vector<int64_t>& removed);
    void add(std::string text) { messages_.push_back({std::move(text), nullptr, nullptr}); }

    std::vector<OutMessage> messages_;
    size_t documents_ = 0;
    size_t removals_ = 0;
};

}  // namespace linesman::backend
