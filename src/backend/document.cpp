#include "backend/document.h"

#include "backend/value_json.h"

namespace linesman::backend {

DocumentPtr make_document(std::string name, Map fields, base::Timestamp created, base::Timestamp updated) {
    auto document = std::make_shared<Document>();
    document->name = std::move(name);
    document->fields = std::move(fields);
    document->create_time = created;
    document->update_time = updated;
    append_fields(document->fields_text, document->fields);
    document->fields_text.shrink_to_fit();
    return document;
}

void append_document(std::string& out, const Document& document, const std::vector<FieldPath>* mask) {
    out += "{\"name\":";
    append_string(out, document.name);
    if (mask) {
        const Map some = project(document.fields, *mask);
        if (!some.empty()) {
            out += ",\"fields\":";
            append_fields(out, some);
        }
    } else if (!document.fields.empty()) {
        out += ",\"fields\":";
        out += document.fields_text;
    }
    out += ",\"createTime\":\"";
    out += base::format_rfc3339(document.create_time);
    out += "\",\"updateTime\":\"";
    out += base::format_rfc3339(document.update_time);
    out += "\"}";
}

}  // namespace linesman::backend
