#include "report/html_writer.h"

#include <algorithm>

#include "base/text.h"
#include "report/strip.h"

namespace linesman::report {
namespace {

constexpr const char* kHead = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light">
)";

constexpr const char* kStyle = R"(<style>
:root{--ink:#1c2733;--soft:#566472;--line:#d9dfe5;--wash:#f4f6f8;--key:#0b5c8a}
*{box-sizing:border-box}
body{margin:0;color:var(--ink);background:#fff;font:15px/1.5 system-ui,-apple-system,"Segoe UI","Noto Sans",sans-serif}
main{max-width:1124px;margin:0 auto;padding:32px 22px 64px}
header{border-bottom:3px solid var(--key);padding-bottom:14px;margin-bottom:24px}
h1{font-size:30px;line-height:1.2;margin:0 0 4px;letter-spacing:-.01em}
h2{font-size:20px;margin:40px 0 8px}
h3{font-size:15px;margin:0 0 8px}
p{margin:0 0 10px}.note,header p{color:var(--soft)}.note{font-size:13px}
nav{font-size:13px;margin-top:10px}nav a{color:var(--key);margin-right:14px;white-space:nowrap}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:0 0 8px;padding:0}
.figures div{background:var(--wash);border-radius:8px;padding:12px 14px}
.figures dd{margin:0;font-size:26px;font-weight:650;line-height:1.2;font-variant-numeric:tabular-nums}
.figures dt{color:var(--soft);font-size:13px}
.figures div{display:flex;flex-direction:column-reverse;justify-content:flex-end}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:3px 18px;font-size:13px;margin:18px 0 0}
.facts dt{color:var(--soft)}.facts dd{margin:0;overflow-wrap:anywhere}
.charts{columns:420px 2;column-gap:18px;margin:26px 0 18px}
figure{margin:0 0 18px;border:1px solid var(--line);border-radius:8px;padding:14px 16px;break-inside:avoid}
svg{width:100%;height:auto;display:block;font-size:12px;fill:var(--ink)}
svg .value{fill:var(--soft)}svg .grid{stroke:var(--line);stroke-width:1}
svg .ground{fill:#f4f6f8}svg .scale{fill:none;stroke:var(--ink);stroke-width:1.5}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;font-size:13px;color:var(--soft);margin:0 0 10px;padding:0;list-style:none}
.legend i{display:inline-block;width:11px;height:11px;border-radius:2px;margin-right:6px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:13px}
caption{break-after:avoid;text-align:left;color:var(--soft);font-size:13px;padding-bottom:6px}
th,td{padding:5px 10px 5px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
td{overflow-wrap:anywhere}.w{white-space:nowrap}.m{min-width:22em;overflow-wrap:break-word}
th{font-weight:600;border-bottom:2px solid #b9c3cc;white-space:nowrap}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}.t{white-space:nowrap;font-variant-numeric:tabular-nums}
tbody tr:nth-child(even){background:#fafbfc}
.wide-table{font-size:11.5px}.wide-table th{white-space:normal}.wide-table th,.wide-table td{padding-right:8px;overflow-wrap:normal}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(330px,1fr));gap:16px}
.card{border:1px solid var(--line);border-radius:8px;padding:12px;break-inside:avoid}
.card p{font-size:13px;color:var(--soft);margin:0 0 8px}.card b{color:var(--ink)}
.card ul{display:grid;grid-template-columns:repeat(3,1fr);gap:6px;margin:0;padding:0;list-style:none}
.card img{width:100%;aspect-ratio:4/3;object-fit:cover;border-radius:4px;background:var(--wash);display:block}
.card li{font-size:11px;color:var(--soft)}
.made{margin-top:10px}.paper{display:none}
@page{size:A4;margin:14mm;@bottom-right{content:counter(page) " / " counter(pages);font:8px sans-serif;color:#566472}}
@page wide{size:A4 landscape;margin:10mm}
@media print{body{font-size:11px;-webkit-print-color-adjust:exact;print-color-adjust:exact}main{padding:0;max-width:none}
nav{display:none}h2{break-after:avoid;font-size:15px;margin-top:22px}h1{font-size:22px}figure,.figures div{break-inside:avoid}
.charts{columns:2;column-gap:10px}figure{margin-bottom:10px}.m{min-width:14em}.figures dd{font-size:18px}.figures{grid-template-columns:repeat(6,1fr)}
.paper{display:inline}tr.x{display:none}thead{display:table-header-group}tr{break-inside:avoid}.scroll{overflow:visible}table{font-size:8.5px}
table:has(td.m) .w{white-space:normal;min-width:6em}.short{break-inside:avoid}
.wide{page:wide}.wide-table{font-size:7px}.wide-table td,.wide-table th,.wide-table .w,.wide-table .t{white-space:normal;overflow-wrap:anywhere;padding:2px 3px 2px 0}
td.m{min-width:24em}.wide-table td.m{min-width:13em}}
</style>
)";

class Page {
  public:
    Page(const Report& report, Making& making, OutputFile& file) : report_(report), making_(making), file_(file) {}

    base::Status run() {
        head();
        figures();
        charts();
        map();
        photos();
        LINESMAN_TRY(flush());
        for (const auto& section : report_.sections) LINESMAN_TRY(table(section));
        out_ += "</main></body></html>\n";
        return flush();
    }

  private:
    base::Status flush() {
        auto status = file_.append(out_);
        out_.clear();
        return status;
    }

    void head() {
        out_ += kHead;
        out_ += "<title>" + html_text(report_.title) + "</title>\n";
        out_ += kStyle;
        out_ += "</head><body><main><header><h1>" + html_text(report_.title) + "</h1><p>" +
                html_text(report_.subtitle) + "</p><nav>";
        if (report_.map) out_ += "<a href=\"#map\">Map</a>";
        if (!report_.photos.empty()) out_ += "<a href=\"#photos\">Photos</a>";
        for (const auto& section : report_.sections)
            out_ += "<a href=\"#" + html_text(section.key) + "\">" + html_text(section.title) + "</a>";
        out_ += "</nav></header>\n";
    }

    void figures() {
        out_ += "<dl class=\"figures\">";
        for (const auto& fact : report_.figures)
            out_ += "<div><dt>" + html_text(fact.name) + "</dt><dd>" + html_text(fact.value) + "</dd></div>";
        out_ += "</dl>\n<dl class=\"facts\">";
        for (const auto& fact : report_.facts) {
            if (!fact.value.empty())
                out_ += "<dt>" + html_text(fact.name) + "</dt><dd>" + html_text(fact.value) + "</dd>";
        }
        out_ +=
            "</dl>\n<p class=\"note made\">Made of the data as they stood. The manifest beside this file says which; "
            "linesmanctl verify-report makes the page again and compares.</p>\n";
    }

    void legend(const std::vector<Series>& series) {
        if (series.size() < 2) return;
        out_ += "<ul class=\"legend\">";
        for (const auto& one : series)
            out_ += "<li><i style=\"background:" + std::string(colour_of(one.tone)) + "\"></i>" + html_text(one.name) +
                    "</li>";
        out_ += "</ul>";
    }

    void figure(const Chart& chart) {
        out_ += "<figure><h3>" + html_text(chart.title) + "</h3>";
        if (!chart.note.empty()) out_ += "<p class=\"note\">" + html_text(chart.note) + "</p>";
        legend(chart.series);
        out_ += chart_svg(chart) + "</figure>\n";
    }

    void charts() {
        for (const auto shape : {Chart::Shape::bars, Chart::Shape::columns}) {
            out_ += shape == Chart::Shape::bars ? "<div class=\"charts\">\n" : "<div>\n";
            for (const auto& chart : report_.charts) {
                if (chart.shape == shape && !chart.items.empty()) figure(chart);
            }
            out_ += "</div>\n";
        }
    }

    void map() {
        if (!report_.map) return;
        out_ += "<h2 id=\"map\">Map</h2>\n<figure>";
        const std::string drawing = map_svg(*report_.map);
        if (drawing.empty()) {
            out_ += "<p>No capture here has a position.</p></figure>\n";
            return;
        }
        std::vector<Series> states;
        for (const auto& [value, series] : report_.map->states) states.push_back(series);
        legend(states);
        out_ += drawing + "</figure>\n";
    }

    void photos() {
        if (report_.photos.empty()) return;
        out_ +=
            "<h2 id=\"photos\">Photos</h2>\n<p class=\"note\">Of the captures that most need a look, as far as their "
            "photos are on the disk of this desk.</p><div class=\"cards\">\n";
        for (const auto& card : report_.photos) {
            out_ += "<div class=\"card\"><p><b>" +
                    html_text(card.pole_number.empty() ? "no number" : card.pole_number) + "</b> · " +
                    html_text(card.text) + "</p><ul>";
            for (const auto& [slot, jpeg] : card.photos) {
                // Only what base64 is made of may stand in the attribute.
                const bool sound = std::all_of(jpeg.begin(), jpeg.end(), [](char c) {
                    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '+' ||
                           c == '/' || c == '=';
                });
                if (sound)
                    out_ += "<li><img alt=\"" + html_text(slot) + "\" src=\"data:image/jpeg;base64," + jpeg + "\">" +
                            html_text(slot) + "</li>";
            }
            out_ += "</ul></div>\n";
        }
        out_ += "</div>\n";
    }

    base::Status table(const Section& section) {
        out_ += html_table(section, report_.meta);
        LINESMAN_TRY(making_.advance(section.table->row_count()));
        return flush();
    }

    const Report& report_;
    Making& making_;
    OutputFile& file_;
    std::string out_;
};

}  // namespace

std::string html_text(std::string_view text) {
    std::string without;
    text = without_tokens(text, without);
    const std::string sane = base::is_valid_utf8(text) ? std::string(text) : base::sanitize_utf8(text);
    std::string out;
    for (const char c : sane) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
        }
    }
    return out;
}

std::string_view colour_of(Tone tone) {
    switch (tone) {
        case Tone::good:
            return "#1d7f6e";
        case Tone::bad:
            return "#c0392b";
        case Tone::held:
            return "#8e6bb0";
        case Tone::waiting:
            return "#4f9bd0";
        case Tone::warning:
            return "#d98a1f";
        case Tone::neutral:
            break;
    }
    return "#9aa5af";
}

base::Status write_html(const Report& report, Making& making, OutputFile& file) {
    return Page(report, making, file).run();
}

}  // namespace linesman::report
