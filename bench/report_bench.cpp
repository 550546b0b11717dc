// Reports of many rows beside the tools that people use for it, on the same rows in the same run:
//
//   bench_report [rows] [folder]      1,000,000 rows and /tmp by default
//
// Ours: the table of captures from columns in memory to a synced file, with its SHA-256. Theirs: `sqlite3 -csv` and
// `ogr2ogr` from an SQLite file with the same columns, and libxlsxwriter with the same cells in its constant memory
// mode. A tool that is not installed is named and left out. Each once; the machine decides, so ratios count.
#include <sys/resource.h>
#include <xlsxwriter.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>

#include "base/worker_pool.h"
#include "model/columns.h"
#include "model/filter.h"
#include "model/geo.h"
#include "report/capture_table.h"
#include "report/render.h"
#include "report/text_writers.h"
#include "report/xlsx_writer.h"
#include "store/sqlite.h"

namespace {

using namespace linesman;

model::Columns make_columns(uint32_t rows) {
    model::ColumnsBuilder builder;
    uint64_t random = 88172645463325252ULL;
    const auto next = [&](uint64_t below) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        return random % below;
    };
    for (uint32_t i = 0; i < rows; ++i) {
        char id[40], number[40], device[40], person[40], zone[40], pon[40], project[40];
        std::snprintf(id, sizeof id, "stg%017u", i);
        std::snprintf(number, sizeof number, "LAW.P.%c%05u", static_cast<char>('A' + i % 26), i / 26);
        std::snprintf(device, sizeof device, "device_%03u", static_cast<unsigned>(next(300)));
        std::snprintf(person, sizeof person, "worker-%02u", static_cast<unsigned>(next(80)));
        std::snprintf(zone, sizeof zone, "Zone %u", static_cast<unsigned>(next(12)));
        std::snprintf(pon, sizeof pon, "PON %u", static_cast<unsigned>(next(60)));
        std::snprintf(project, sizeof project, "Law-%03u", static_cast<unsigned>(next(8)));
        model::RowValues v;
        v.staging_id = id;
        v.pole_number = next(100) < 27 ? "" : number;
        v.project = project;
        v.zone = zone;
        v.pon = pon;
        v.device = device;
        v.person = person;
        const auto world = model::world_from_geo(
            {-26.3 - static_cast<double>(next(100'000)) * 1e-6, 27.8 + static_cast<double>(next(100'000)) * 1e-6});
        v.x = model::fixed_from_world(world.x);
        v.y = model::fixed_from_world(world.y);
        v.flags = model::kFlagHasGps;
        v.photos = static_cast<model::SlotMask>(next(64));
        v.accuracy_dm = static_cast<uint16_t>(next(200));
        v.findings = static_cast<model::RuleMask>(1U << next(20));
        v.severity = static_cast<model::Severity>(next(4));
        v.captured_at = 1'750'000'000'000'000 + static_cast<int64_t>(next(90ULL * 86400)) * 1'000'000;
        v.submitted_at = v.captured_at + static_cast<int64_t>(next(86400)) * 1'000'000;
        if (next(2) == 0) {
            v.decision = model::Decision::approved;
            v.decided_by = "supervisor";
            v.decided_at = v.submitted_at + 3'600'000'000;
        } else {
            v.flags = static_cast<uint16_t>(v.flags | model::kFlagInQueue);
        }
        builder.put(v);
    }
    return builder.publish();
}

double seconds_of(const std::function<bool()>& work, bool& ok) {
    const auto begin = std::chrono::steady_clock::now();
    ok = work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double peak_mb(int who) {
    rusage usage{};
    getrusage(who, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

bool there(const char* tool) {
    return std::system((std::string("command -v ") + tool + " >/dev/null 2>&1").c_str()) == 0;
}

bool to_sqlite(const report::Table& table, const std::string& path) {
    store::OpenOptions options;
    options.synchronous = store::Synchronous::off;
    options.wal = false;
    auto db = store::Database::open(path, options);
    if (!db) return false;
    std::string create = "CREATE TABLE captures(", marks;
    for (const auto& column : table.columns()) {
        create += (marks.empty() ? "" : ",") + column.key;
        marks += marks.empty() ? "?" : ",?";
    }
    if (!db->exec(create + ")")) return false;
    auto transaction = store::Transaction::begin(*db);
    auto insert = db->prepare("INSERT INTO captures VALUES(" + marks + ")");
    if (!transaction || !insert) return false;
    report::RowReader row(table);
    for (size_t i = 0; i < table.row_count(); ++i) {
        row.go_to(i);
        for (size_t c = 0; c < table.columns().size(); ++c) {
            const auto& cell = row.at(c);
            const int at = static_cast<int>(c) + 1;
            std::string text;
            if (cell.is_empty) {
                insert->bind(at, nullptr);
            } else if (table.columns()[c].type == report::CellType::number) {
                insert->bind(at, cell.number);
            } else if (table.columns()[c].type == report::CellType::text) {
                insert->bind(at, cell.text);
            } else {
                insert->bind(at, cell.integer);
            }
        }
        if (!insert->run()) return false;
    }
    return transaction->commit().ok();
}

bool plain_xlsx(const report::Table& table, const std::string& path) {
    lxw_workbook_options options = {};
    options.constant_memory = LXW_TRUE;
    auto* book = workbook_new_opt(path.c_str(), &options);
    auto* sheet = workbook_add_worksheet(book, nullptr);
    report::RowReader row(table);
    for (size_t i = 0; i < table.row_count() && i < report::kSheetRows; ++i) {
        row.go_to(i);
        for (size_t c = 0; c < table.columns().size(); ++c) {
            const auto& cell = row.at(c);
            const auto line = static_cast<lxw_row_t>(i);
            const auto column = static_cast<lxw_col_t>(c);
            if (cell.is_empty) continue;
            if (table.columns()[c].type == report::CellType::text) {
                worksheet_write_string(sheet, line, column, std::string(cell.text).c_str(), nullptr);
            } else {
                worksheet_write_number(sheet, line, column,
                                       table.columns()[c].type == report::CellType::number
                                           ? cell.number
                                           : static_cast<double>(cell.integer),
                                       nullptr);
            }
        }
    }
    return workbook_close(book) == LXW_NO_ERROR;
}

}  // namespace

int main(int argc, char** argv) {
    const auto rows = static_cast<uint32_t>(argc > 1 ? std::atoi(argv[1]) : 1'000'000);
    const std::string folder = std::string(argc > 2 ? argv[2] : "/tmp") + "/linesman-bench-report";
    std::filesystem::create_directories(folder);
    base::WorkerPool pool(2);
    const auto columns = make_columns(rows);
    model::Filter all;
    all.scope = model::QueueScope::all;
    auto selected = model::filter_rows(columns, all);
    bool ok = true;
    const double sorted = seconds_of([&] { return report::sort_for_report(columns, selected), true; }, ok);
    const auto table = std::make_shared<report::CaptureTable>(columns, selected, std::vector<model::Person>{});
    std::printf("%u rows x %zu columns; order %.2f s; memory before writing %.0f MB\n", rows, table->columns().size(),
                sorted, peak_mb(RUSAGE_SELF));
    report::Meta meta;
    meta.filter = "all captures";
    report::Inputs inputs{meta, {{"captures", table}}};
    const auto ours = [&](const char* name, auto write) {
        report::Making making;
        making.pool = &pool;
        const double took = seconds_of(
            [&] {
                report::OutputSet set(folder);
                auto file = set.open(name);
                return file && write(making, **file).ok() && set.close(name, **file).ok() && set.commit().ok();
            },
            ok);
        std::printf("ours  %-28s %6.2f s  %4ju MB%s\n", name, took,
                    static_cast<uintmax_t>(std::filesystem::file_size(folder + "/" + name) / 1'000'000),
                    ok ? "" : "  FAILED");
        return took;
    };
    const double csv = ours("captures.csv", [&](auto& m, auto& f) { return report::write_csv(*table, meta, m, f); });
    const double json =
        ours("captures.geojson", [&](auto& m, auto& f) { return report::write_geojson(*table, meta, m, f); });
    ours("captures.jsonl", [&](auto& m, auto& f) { return report::write_jsonl(*table, meta, m, f); });
    ours("captures.inputs.jsonl", [&](auto& m, auto& f) { return report::write_inputs(inputs, m, f); });
    report::Making whole;
    whole.pool = &pool;
    const double report_s = seconds_of(
        [&] {
            return report::render_report(
                       inputs, {folder, "validation", {report::Format::csv, report::Format::html}, {}, {}}, whole)
                .ok();
        },
        ok);
    std::printf("ours  whole report: csv, page, counts, inputs, manifest %6.2f s%s\n", report_s, ok ? "" : "  FAILED");
    report::Report book;
    book.meta = meta;
    book.sections.push_back({"captures", "Captures", {}, table, true});
    report::Making making;
    const double xlsx =
        seconds_of([&] { return report::write_xlsx(book, making, folder + "/captures.xlsx").ok(); }, ok);
    std::printf("ours  captures.xlsx %17s %6.2f s%s; peak memory of this program %.0f MB\n", "", xlsx,
                ok ? "" : "  FAILED", peak_mb(RUSAGE_SELF));

    const double plain = seconds_of([&] { return plain_xlsx(*table, folder + "/plain.xlsx"); }, ok);
    std::printf("peer  libxlsxwriter, plain         %6.2f s  ours takes %.2f of it\n", plain, xlsx / plain);
    const std::string db = folder + "/captures.db";
    std::filesystem::remove(db);
    if (!to_sqlite(*table, db)) return std::printf("the SQLite file could not be made\n"), 1;
    const auto peer = [&](const char* tool, const std::string& command, double our_s, const char* what) {
        if (!there(tool)) {
            std::printf("peer  %s is not installed\n", tool);
            return;
        }
        const double took = seconds_of([&] { return std::system(command.c_str()) == 0; }, ok);
        std::printf("peer  %-28s %6.2f s  ours is %.1f times as fast%s\n", what, took, took / our_s,
                    ok ? "" : "  FAILED");
    };
    peer("sqlite3", "sqlite3 -readonly -header -csv " + db + " 'SELECT * FROM captures' > " + folder + "/peer.csv", csv,
         "sqlite3 -csv");
    peer("ogr2ogr",
         "rm -f " + folder + "/peer.geojson; ogr2ogr -f GeoJSON " + folder + "/peer.geojson " + db +
             " -dialect sqlite -sql 'SELECT *, MakePoint(longitude, latitude, 4326) AS geometry FROM captures'",
         json, "ogr2ogr GeoJSON");
    std::filesystem::remove_all(folder);
    return 0;
}
