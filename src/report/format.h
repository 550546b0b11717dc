// Values as text, the same on every machine, in every locale and on every day. Thread: any; pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace linesman::report {

void append_integer(std::string& out, int64_t value);
// Fixed decimals, rounded half away from zero; "-0.0" is "0.0". NaN and infinity give nothing and return false.
bool append_number(std::string& out, double value, int decimals);
// The number that append_number() writes, as a reader of the text gets it back.
double rounded(double value, int decimals);
// "2026-11-22T10:15:00+02:00", with three or six digits of a fraction when the value has one. Years outside 0 to 9999
// (broken clocks) are written as UTC microseconds, "us:253402300800000000".
void append_time(std::string& out, int64_t us, int utc_offset_minutes);
// "2026-11-22" of the local day that holds the time.
std::string day_text(int64_t us, int utc_offset_minutes);
// "Africa/Johannesburg (UTC+02:00)" for +120, else "UTC+05:30".
std::string zone_name(int utc_offset_minutes);
// "12 345 678": thousands apart by a narrow space, for people.
std::string grouped(int64_t value);
std::string percent(double part, double whole);  // "12.3 %"; "–" when the whole is nothing

}  // namespace linesman::report
