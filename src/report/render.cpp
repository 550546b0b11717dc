#include "report/render.h"

#include <unistd.h>

#include <algorithm>

#include "report/format.h"
#include "report/html_writer.h"
#include "report/text_writers.h"
#include "report/xlsx_writer.h"

namespace linesman::report {

using base::ErrorKind;
using base::Json;
using base::make_error;

namespace {

bool goes_into(const Section& section, Format format) {
    return format != Format::geojson || has_position(*section.table);
}

bool is_one_file(Format format) {
    return format == Format::xlsx || format == Format::html;
}

base::Status write_table(const Table& table, Format format, const Meta& meta, Making& making, OutputFile& file) {
    switch (format) {
        case Format::csv:
            return write_csv(table, meta, making, file);
        case Format::jsonl:
            return write_jsonl(table, meta, making, file);
        case Format::geojson:
            return write_geojson(table, meta, making, file);
        case Format::xlsx:
        case Format::html:
            break;
    }
    return make_error(ErrorKind::invalid_argument, "A workbook or page is no single table.");
}

// The files of one report with what is known of each.
class Rendering {
  public:
    Rendering(const Inputs& inputs, const Report& report, const RenderRequest& request, Making& making)
        : inputs_(inputs), report_(report), request_(request), making_(making), set_(request.folder) {}

    base::Result<Rendered> run() {
        for (const auto format : request_.formats) LINESMAN_TRY(is_one_file(format) ? whole(format) : tables(format));
        const std::string inputs_name = request_.stem + ".inputs.jsonl";
        auto file = set_.open(inputs_name);
        if (!file) return file.error();
        LINESMAN_TRY(write_inputs(inputs_, making_, **file));
        LINESMAN_TRY(set_.close(inputs_name, **file));
        const Json manifest = manifest_of(set_.files().back());
        const std::string name = request_.stem + ".manifest.json";
        LINESMAN_TRY(set_.write(name, manifest.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"));
        LINESMAN_TRY(set_.commit());
        return Rendered{request_.folder + "/" + name, set_.files()};
    }

  private:
    base::Status whole(Format format) {
        const std::string name = request_.stem + "." + std::string(name_of(format));
        if (format == Format::html) {
            auto file = set_.open(name);
            if (!file) return file.error();
            LINESMAN_TRY(write_html(report_, making_, **file));
            LINESMAN_TRY(set_.close(name, **file));
        } else {
            const auto path = set_.reserve(name);
            if (!path) return path.error();
            LINESMAN_TRY(write_xlsx(report_, making_, *path));
            LINESMAN_TRY(set_.take_in(name));
        }
        size_t rows = 0;
        for (const auto& section : report_.sections) rows += section.table->row_count();
        note(format, "", rows);
        return {};
    }

    base::Status tables(Format format) {
        for (const auto& section : report_.sections) {
            if (!goes_into(section, format)) continue;
            const std::string name =
                request_.stem + (section.is_main ? "" : "-" + section.key) + "." + std::string(name_of(format));
            auto file = set_.open(name);
            if (!file) return file.error();
            LINESMAN_TRY(write_table(*section.table, format, report_.meta, making_, **file));
            LINESMAN_TRY(set_.close(name, **file));
            note(format, section.key, section.table->row_count());
        }
        return {};
    }

    void note(Format format, const std::string& section, size_t rows) {
        const auto& file = set_.files().back();
        files_.push_back({{"name", file.name},
                          {"format", name_of(format)},
                          {"table", section},
                          {"rows", rows},
                          {"bytes", file.bytes},
                          {"sha256", file.sha256}});
    }

    Json manifest_of(const WrittenFile& inputs) const {
        const Meta& meta = report_.meta;
        std::string as_of;
        append_time(as_of, meta.as_of_us, meta.utc_offset_minutes);
        Json formats = Json::array();
        for (const auto format : request_.formats) formats.push_back(name_of(format));
        Json snapshot = request_.snapshot;
        snapshot["as_of"] = as_of;
        snapshot["inputs_sha256"] = inputs.sha256;
        return {{"linesman_report", kManifestVersion},
                {"report", name_of(meta.kind)},
                {"title", report_.title},
                {"stem", request_.stem},
                {"version", meta.version},
                {"rules_hash", meta.rules_hash},
                {"period", period_text(meta)},
                {"time_zone", zone_name(meta.utc_offset_minutes)},
                {"filter", meta.filter},
                {"not_covered", meta.note},
                {"formats", std::move(formats)},
                {"snapshot", std::move(snapshot)},
                {"request", request_.request},
                {"inputs", {{"name", inputs.name}, {"bytes", inputs.bytes}, {"sha256", inputs.sha256}}},
                {"files", files_}};
    }

    const Inputs& inputs_;
    const Report& report_;
    const RenderRequest& request_;
    Making& making_;
    OutputSet set_;
    Json files_ = Json::array();
};

base::Status check_formats(const Report& report, const std::vector<Format>& formats) {
    if (formats.empty())
        return make_error(ErrorKind::invalid_argument, "Which format? csv, xlsx, geojson, jsonl or html.");
    for (const auto format : formats) {
        const bool fits = std::any_of(report.sections.begin(), report.sections.end(),
                                      [&](const Section& section) { return goes_into(section, format); });
        if (!fits)
            return make_error(ErrorKind::invalid_argument, "The report \"" + std::string(name_of(report.meta.kind)) +
                                                               "\" has no positions: there is no GeoJSON of it.");
    }
    return {};
}

}  // namespace

base::Result<Rendered> render_report(const Inputs& inputs, const RenderRequest& request, Making& making) {
    auto report = build_report(inputs);
    if (!report) return report.error();
    LINESMAN_TRY(check_formats(*report, request.formats));
    making.done = 0;
    making.total = inputs.rows();
    for (const auto format : request.formats) {
        for (const auto& section : report->sections) {
            if (goes_into(section, format)) making.total += section.table->row_count();
        }
    }
    return Rendering(inputs, *report, request, making).run();
}

base::Status render_stream(const Inputs& inputs, Format format, Making& making, int fd) {
    auto report = build_report(inputs);
    if (!report) return report.error();
    LINESMAN_TRY(check_formats(*report, {format}));
    if (is_one_file(format))
        return make_error(ErrorKind::invalid_argument,
                          "A workbook or a page cannot go to stdout; name a folder with --out.");
    const int copy = dup(fd);
    if (copy < 0) return make_error(ErrorKind::io, "The output cannot be written.");
    OutputFile file(copy, "stdout");
    for (const auto& section : report->sections) {
        if (!section.is_main) continue;
        making.total = section.table->row_count();
        return write_table(*section.table, format, report->meta, making, file);
    }
    return make_error(ErrorKind::invalid_argument, "The report has no long table.");
}

}  // namespace linesman::report
