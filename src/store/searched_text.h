// Finds the searched text of a document without parsing all of it: the stringValue of one member of `fields`, as
// Firestore writes them ({"notes":{"stringValue":"..."}}). Stops at the member.
//
// Pure. Thread: any. Text that is no JSON gives nothing, or what a reader of the same bytes would take for the member;
// it never reads beyond the text.
#pragma once

#include <string>
#include <string_view>

namespace linesman::store {

// Empty: no such member, or it is no text.
std::string searched_text(std::string_view fields, std::string_view member);

}  // namespace linesman::store
