#include "ui/keymap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace linesman::ui {
namespace {

TEST(Commands, TableIsInTheOrderOfTheIdsWithUniqueNames) {
    std::set<std::string_view> names;
    for (size_t i = 0; i < kCommandCount; ++i) {
        const Command& entry = all_commands()[i];
        EXPECT_EQ(static_cast<size_t>(entry.id), i) << entry.name;
        EXPECT_TRUE(names.insert(entry.name).second) << entry.name;
        EXPECT_FALSE(entry.title.empty()) << entry.name;
        EXPECT_FALSE(entry.help.empty()) << entry.name;
    }
}

TEST(Commands, EveryDefaultKeyIsAKey) {
    const Keymap keymap;
    for (const auto& entry : all_commands()) {
        const auto written = std::count(entry.keys.begin(), entry.keys.end(), ' ') + (entry.keys.empty() ? 0 : 1);
        EXPECT_EQ(keymap.chords(entry.id).size(), static_cast<size_t>(written)) << entry.name;
    }
}

TEST(Commands, OneThatCannotBeUsedSaysWhy) {
    const CommandContext nothing;
    for (const auto& entry : all_commands()) {
        const Availability available = availability(entry.id, nothing);
        EXPECT_EQ(available.yes, available.why_not.empty()) << entry.name;
    }
    EXPECT_FALSE(availability(CommandId::decide_approve, nothing).yes);
}

TEST(Commands, ApproveIsOfferedWhenOnlyAnOverrideIsMissing) {
    CommandContext context;
    context.has_selection = true;
    context.approve = model::Permission{false, "Needs a reason.", {"finding"}};
    EXPECT_TRUE(availability(CommandId::decide_approve, context).yes);
    context.approve = model::Permission::no("No GPS.");
    EXPECT_EQ(availability(CommandId::decide_approve, context).why_not, "No GPS.");
    context.refused_because = "The disk is full.";
    EXPECT_EQ(availability(CommandId::decide_approve, context).why_not, "The disk is full.");
}

TEST(Keymap, DefaultsDoNotClash) {
    EXPECT_TRUE(Keymap().clashes().empty());
}

TEST(Keymap, TextAndChordAreInverse) {
    for (const char* text :
         {"A", "Shift+A", "Ctrl+Shift+T", "F5", "/", "?", "[", "Down", "Space", "Ctrl+=", "Enter", "1"}) {
        const auto chord = chord_from_text(text);
        ASSERT_TRUE(chord) << text;
        EXPECT_EQ(text_of(*chord), text);
    }
    for (const char* text : {"", "Hyper+A", "Foo", "F13", "Ctrl+"}) EXPECT_FALSE(chord_from_text(text)) << text;
}

TEST(Keymap, SingleKeysAreSilentWhileTyping) {
    const Keymap keymap;
    EXPECT_EQ(keymap.find({ImGuiKey_A, 0}, false, false), CommandId::decide_approve);
    EXPECT_FALSE(keymap.find({ImGuiKey_A, 0}, true, false));
    EXPECT_FALSE(keymap.find({ImGuiKey_C, ImGuiMod_Shift}, true, false));
    EXPECT_EQ(keymap.find({ImGuiKey_K, ImGuiMod_Ctrl}, true, false), CommandId::palette);
    EXPECT_EQ(keymap.find({ImGuiKey_F6, 0}, true, false), CommandId::view_support);
}

TEST(Keymap, AnOpenStripTakesDigitsAndNoOtherLetterDecides) {
    const Keymap keymap;
    EXPECT_EQ(keymap.find({ImGuiKey_3, 0}, false, false), CommandId::photo_3);
    EXPECT_EQ(keymap.find({ImGuiKey_3, 0}, false, true), CommandId::reason_3);
    EXPECT_EQ(keymap.find({ImGuiKey_Keypad3, 0}, false, true), CommandId::reason_3);
    EXPECT_FALSE(keymap.find({ImGuiKey_A, 0}, false, true));
    EXPECT_EQ(keymap.find({ImGuiKey_Enter, 0}, true, true), CommandId::strip_confirm);
    EXPECT_EQ(keymap.find({ImGuiKey_Escape, 0}, true, true), CommandId::strip_cancel);
}

TEST(Keymap, CanBeRebound) {
    Keymap keymap;
    ASSERT_TRUE(keymap.load("# mine\ndecide.approve = Ctrl+Enter, Y\nmap.follow =\n"));
    EXPECT_EQ(keymap.find({ImGuiKey_Y, 0}, false, false), CommandId::decide_approve);
    EXPECT_FALSE(keymap.find({ImGuiKey_A, 0}, false, false));
    EXPECT_TRUE(keymap.chords(CommandId::map_follow).empty());
    EXPECT_EQ(keymap.label(CommandId::decide_approve), "Ctrl+Enter or Y");
}

TEST(Keymap, AClashOrAnUnknownNameChangesNothingAndNamesTheLine) {
    Keymap keymap;
    const auto clash = keymap.load("decide.approve = R");
    ASSERT_FALSE(clash);
    EXPECT_NE(clash.error().what.find("Reject"), std::string::npos);
    const auto unknown = keymap.load("decide.approve = Y\ndecide.explode = E");
    ASSERT_FALSE(unknown);
    EXPECT_NE(unknown.error().what.find("line 2"), std::string::npos);
    EXPECT_FALSE(keymap.load("decide.approve = Hyper+Q"));
    EXPECT_EQ(keymap.find({ImGuiKey_A, 0}, false, false), CommandId::decide_approve);
}

}  // namespace
}  // namespace linesman::ui
