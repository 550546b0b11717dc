#include "report/row_stream.h"

#include <algorithm>

namespace linesman::report {
namespace {

constexpr size_t kBlockRows = 4096;
constexpr size_t kBlockBytes = size_t{1} << 20;

}  // namespace

base::Status Making::advance(size_t rows) {
    done += rows;
    if (step && !step(done, total))
        return base::make_error(base::ErrorKind::cancelled, "The report was cancelled. Nothing was written.");
    return {};
}

base::Status stream_rows(const Table& table, size_t from, size_t to, const RenderRow& render, Making& making,
                         OutputFile& file) {
    const size_t threads = making.pool ? making.pool->size() + 1 : 1;
    const size_t at_once = threads * 2;
    std::vector<std::string> blocks(at_once), ready(at_once);
    for (auto& block : blocks) block.reserve(kBlockBytes);
    base::Status written;
    size_t ready_rows = 0;
    const auto write_ready = [&] {
        for (auto& text : ready) {
            if (written && !text.empty()) written = file.append(text);
            text.clear();
        }
    };
    const auto render_block = [&](size_t index, size_t begin, size_t end) {
        std::vector<Cell> cells(table.columns().size());
        for (size_t row = begin; row < end; ++row) {
            table.read(row, cells);
            render(cells, blocks[index]);
        }
    };
    for (size_t at = from; at < to || ready_rows > 0;) {
        const size_t end = std::min(to, at + at_once * kBlockRows);
        const size_t count = (end - at + kBlockRows - 1) / kBlockRows;
        // Piece 0 writes what the last round rendered.
        const auto piece = [&](size_t first, size_t last) {
            for (size_t i = first; i < last; ++i) {
                if (i == 0) {
                    write_ready();
                } else {
                    const size_t begin = at + (i - 1) * kBlockRows;
                    render_block(i - 1, begin, std::min(end, begin + kBlockRows));
                }
            }
        };
        if (making.pool && count > 1) {
            making.pool->parallel_for(count + 1, 1, piece);
        } else {
            piece(0, count + 1);
        }
        if (!written) return written.error();
        LINESMAN_TRY(making.advance(ready_rows));
        std::swap(blocks, ready);
        ready_rows = end - at;
        at = end;
    }
    return {};
}

}  // namespace linesman::report
