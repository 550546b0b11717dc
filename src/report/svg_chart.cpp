// Charts as inline SVG, drawn for a page of 1,080 px and for paper.
#include <algorithm>
#include <cmath>

#include "report/format.h"
#include "report/html_writer.h"

namespace linesman::report {
namespace {

constexpr double kWidth = 520, kLabelWidth = 186, kRow = 24, kBar = 15, kValueWidth = 58;
constexpr double kWide = 1060, kHigh = 220, kLeft = 52, kBottom = 34, kTop = 12;
constexpr size_t kLabelLetters = 26;
constexpr size_t kMaxDayLabels = 12;

std::string px(double value) {
    std::string out;
    append_number(out, value, 1);
    if (out.ends_with(".0")) out.resize(out.size() - 2);
    return out;
}

std::string number(double value) {
    return grouped(std::llround(value));
}

double sum(const ChartItem& item) {
    double total = 0;
    for (const double value : item.values) total += value;
    return total;
}

// Cut by code points, so that no letter is broken.
std::string shortened(const std::string& text) {
    size_t letters = 0;
    for (size_t i = 0; i < text.size(); ++i) {
        if ((static_cast<unsigned char>(text[i]) & 0xC0) == 0x80) continue;
        if (++letters > kLabelLetters) return text.substr(0, i) + "…";
    }
    return text;
}

std::string rect(double x, double y, double width, double height, Tone tone) {
    return "<rect x=\"" + px(x) + "\" y=\"" + px(y) + "\" width=\"" + px(width) + "\" height=\"" + px(height) +
           "\" fill=\"" + std::string(colour_of(tone)) + "\"/>";
}

std::string label(double x, double y, std::string_view text, const char* anchor, const char* kind = "") {
    std::string out = "<text x=\"" + px(x) + "\" y=\"" + px(y) + "\" text-anchor=\"" + anchor + "\"";
    if (*kind) out += std::string(" class=\"") + kind + "\"";
    return out + ">" + html_text(text) + "</text>";
}

std::string tooltip(const Chart& chart, const ChartItem& item) {
    std::string text = item.label + ":";
    for (size_t i = 0; i < item.values.size() && i < chart.series.size(); ++i) {
        text += i > 0 ? ", " : " ";
        text += number(item.values[i]);
        if (!chart.series[i].name.empty()) text += " " + chart.series[i].name;
    }
    return "<title>" + html_text(text) + "</title>";
}

std::string open_svg(const Chart& chart, double width, double height) {
    return "<svg viewBox=\"0 0 " + px(width) + " " + px(height) + "\" role=\"img\" aria-label=\"" +
           html_text(chart.title) + "\">";
}

std::string bars(const Chart& chart) {
    double most = 0;
    for (const auto& item : chart.items) most = std::max(most, sum(item));
    const double scale = most > 0 ? (kWidth - kLabelWidth - kValueWidth) / most : 0;
    std::string out = open_svg(chart, kWidth, kRow * static_cast<double>(chart.items.size()) + 4);
    double y = 2;
    for (const auto& item : chart.items) {
        out += "<g>" + tooltip(chart, item) + label(kLabelWidth - 8, y + 12, shortened(item.label), "end");
        double x = kLabelWidth;
        for (size_t i = 0; i < item.values.size() && i < chart.series.size(); ++i) {
            if (!(item.values[i] > 0)) continue;
            const double width = std::max(item.values[i] * scale, 1.0);
            out += rect(x, y, width, kBar, chart.series[i].tone);
            x += width;
        }
        out += label(x + 6, y + 12, number(sum(item)), "start", "value") + "</g>\n";
        y += kRow;
    }
    return out + "</svg>";
}

// 1, 2 or 5 times a power of ten, so that some four lines cross the chart.
double nice_step(double most) {
    const double rough = std::max(most / 4, 1.0);
    double power = 1;
    while (power * 10 <= rough) power *= 10;
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= rough) return factor * power;
    }
    return 10 * power;
}

std::string columns(const Chart& chart) {
    double most = 0;
    for (const auto& item : chart.items) most = std::max(most, sum(item));
    const double step = nice_step(most), top = std::max(std::ceil(most / step), 1.0) * step;
    const double height = kHigh - kTop - kBottom, scale = height / top;
    std::string out = open_svg(chart, kWide, kHigh);
    const auto lines = static_cast<int>(std::lround(top / step));
    for (int line = 0; line <= lines; ++line) {
        const double value = step * line;
        const double y = kTop + height - value * scale;
        out += "<line x1=\"" + px(kLeft) + "\" x2=\"" + px(kWide) + "\" y1=\"" + px(y) + "\" y2=\"" + px(y) +
               "\" class=\"grid\"/>" + label(kLeft - 8, y + 4, number(value), "end");
    }
    const double slot = (kWide - kLeft) / static_cast<double>(std::max<size_t>(chart.items.size(), 1));
    const double width = std::clamp(slot * 0.72, 2.0, 46.0);
    const size_t every = (chart.items.size() + kMaxDayLabels - 1) / kMaxDayLabels;
    for (size_t i = 0; i < chart.items.size(); ++i) {
        const auto& item = chart.items[i];
        const double middle = kLeft + slot * (static_cast<double>(i) + 0.5);
        double y = kTop + height;
        out += "<g>" + tooltip(chart, item);
        for (size_t s = 0; s < item.values.size() && s < chart.series.size(); ++s) {
            if (!(item.values[s] > 0)) continue;
            const double part = std::max(item.values[s] * scale, 1.0);
            y -= part;
            out += rect(middle - width / 2, y, width, part, chart.series[s].tone);
        }
        if (i % std::max<size_t>(every, 1) == 0) out += label(middle, kHigh - 14, item.label, "middle");
        out += "</g>\n";
    }
    return out + "</svg>";
}

}  // namespace

std::string chart_svg(const Chart& chart) {
    return chart.shape == Chart::Shape::bars ? bars(chart) : columns(chart);
}

}  // namespace linesman::report
