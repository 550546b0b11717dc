#include "cli/command_docs.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <vector>

#include "base/file.h"
#include "cli/exit_codes.h"

namespace linesman::cli {
namespace {

using Path = std::vector<const CLI::App*>;  // root, verb, sub-verb

bool is_hidden(const CLI::App& app) {
    return app.get_group().empty() || app.get_name().empty();
}

std::vector<const CLI::App*> verbs_of(const CLI::App& app) {
    std::vector<const CLI::App*> out;
    for (const auto* verb : app.get_subcommands([](const CLI::App*) { return true; })) {
        if (!is_hidden(*verb)) out.push_back(verb);
    }
    return out;
}

std::vector<const CLI::Option*> options_of(const CLI::App& app) {
    std::vector<const CLI::Option*> out;
    for (const auto* option : app.get_options()) {
        if (!option->get_group().empty()) out.push_back(option);
    }
    return out;
}

// Calls for the program and every verb below it.
void each(const CLI::App& app, Path path, const std::function<void(const Path&)>& visit) {
    path.push_back(&app);
    visit(path);
    for (const auto* verb : verbs_of(app)) each(*verb, path, visit);
}

std::string words_of(const Path& path, char between) {
    std::string text;
    for (const auto* app : path) text += (text.empty() ? "" : std::string(1, between)) + app->get_name();
    return text;
}

std::vector<std::string> flags_of(const CLI::Option& option) {
    std::vector<std::string> out;
    for (const auto& name : option.get_snames()) out.push_back("-" + name);
    for (const auto& name : option.get_lnames()) out.push_back("--" + name);
    return out;
}

std::string joined(const std::vector<std::string>& items, const std::string& between) {
    std::string text;
    for (const auto& item : items) text += (text.empty() ? "" : between) + item;
    return text;
}

// What IsMember prints as "{a,b}": the values to complete.
std::vector<std::string> values_of(const CLI::Option& option) {
    const std::string type = option.get_type_name();
    const auto from = type.find('{'), to = type.rfind('}');
    std::vector<std::string> out;
    if (from == std::string::npos || to == std::string::npos || to < from) return out;
    std::string word;
    for (const char c : type.substr(from + 1, to - from - 1)) {
        if (c == ',') {
            out.push_back(std::exchange(word, {}));
        } else {
            word += c;
        }
    }
    if (!word.empty()) out.push_back(word);
    return out;
}

// --- man -----------------------------------------------------------------------------------------------------------

std::string troff(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\') {
            out += "\\e";
        } else if (c == '-') {
            out += "\\-";
        } else if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) {
            out += "\\&";
            out += c;
        } else {
            out += c;
        }
    }
    return out;
}

void append_option(std::string& out, const CLI::Option& option) {
    const auto flags = flags_of(option);
    out += ".TP\n.B " + troff(flags.empty() ? option.get_name() : joined(flags, ", "));
    const auto values = values_of(option);
    if (!flags.empty() && option.get_type_size() != 0)
        out += " " + troff(values.empty() ? "VALUE" : joined(values, "|"));
    out += "\n" + troff(option.get_description());
    if (option.get_required()) out += " (required)";
    if (!option.get_default_str().empty()) out += " (default: " + troff(option.get_default_str()) + ")";
    out += "\n";
}

std::string man_page(const Path& path, const std::string& version) {
    const CLI::App& app = *path.back();
    const std::string name = words_of(path, '-');
    std::string upper = name;
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    // No date: the same program makes the same page.
    std::string out = ".TH " + troff(upper) + " 1 \"\" \"Linesman " + troff(version) + "\" \"Linesman\"\n.SH NAME\n" +
                      troff(name) + " \\- " + troff(app.get_description()) + "\n.SH SYNOPSIS\n.B " +
                      troff(words_of(path, ' ')) + "\n[options]";
    for (const auto* option : options_of(app)) {
        if (flags_of(*option).empty()) out += " " + troff(option->get_name());
    }
    const auto verbs = verbs_of(app);
    if (!verbs.empty()) out += " verb [...]";
    out += "\n";
    if (!verbs.empty()) {
        out += ".SH VERBS\n";
        for (const auto* verb : verbs)
            out += ".TP\n.B " + troff(verb->get_name()) + "\n" + troff(verb->get_description()) + "\n";
    }
    out += ".SH OPTIONS\n";
    for (const auto* option : options_of(app)) append_option(out, *option);
    if (!app.get_footer().empty()) out += ".SH NOTES\n.nf\n" + troff(app.get_footer()) + "\n.fi\n";
    out +=
        ".SH EXIT STATUS\n0 ok, 1 findings or refusals, 2 usage, 69 offline, 75 retry later, 77 no permission, 78 "
        "configuration, 130 interrupted.\n.SH SEE ALSO\n";
    if (path.size() > 1) {
        Path above = path;
        above.pop_back();
        out += troff(words_of(above, '-')) + "(1)\n";
    } else {
        std::string others;
        for (const char* program : {"linesman", "linesmanctl", "linesman-field"}) {
            if (program == name) continue;
            others += (others.empty() ? "" : ", ") + troff(program) + "(1)";
        }
        out += others + "\n";
    }
    return out;
}

// --- completion ----------------------------------------------------------------------------------------------------

// Verbs, options and positional values of one place in the tree.
struct Words {
    std::vector<std::string> verbs, options, values;
    std::vector<std::pair<std::string, std::vector<std::string>>> option_values;  // "--format" -> its values
    std::vector<std::string> takes_file;
};

Words words_at(const CLI::App& app) {
    Words words;
    for (const auto* verb : verbs_of(app)) words.verbs.push_back(verb->get_name());
    for (const auto* option : options_of(app)) {
        const auto flags = flags_of(*option);
        const auto values = values_of(*option);
        if (flags.empty()) {
            words.values.insert(words.values.end(), values.begin(), values.end());
            continue;
        }
        for (const auto& flag : flags) {
            words.options.push_back(flag);
            if (!values.empty()) {
                words.option_values.emplace_back(flag, values);
            } else if (option->get_type_size() != 0) {
                words.takes_file.push_back(flag);
            }
        }
    }
    return words;
}

// A word for a single-quoted string.
std::string single_quoted(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '\'') {
            out += "'\\''";
        } else {
            out += c;
        }
    }
    return out;
}

std::string zsh_words(const std::vector<std::pair<std::string, std::string>>& items) {
    std::string out;
    for (const auto& [word, help] : items) {
        std::string line = word;
        if (!help.empty()) line += ":" + help;
        out += " '" + single_quoted(line) + "'";
    }
    return out;
}

}  // namespace

std::map<std::string, std::string> man_pages(const CLI::App& app, const std::string& version) {
    std::map<std::string, std::string> pages;
    each(app, {}, [&](const Path& path) { pages[words_of(path, '-') + ".1"] = man_page(path, version); });
    return pages;
}

std::string bash_completion(const CLI::App& app) {
    const std::string& name = app.get_name();
    std::string out = "# Completion of " + name +
                      " for bash, made from its own command line.\n"
                      "_" +
                      name +
                      "() {\n"
                      "    local word=\"${COMP_WORDS[COMP_CWORD]}\" before=\"${COMP_WORDS[COMP_CWORD-1]}\" path=\"" +
                      name +
                      "\" i\n"
                      "    COMPREPLY=()\n"
                      "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
                      "        case \"$path ${COMP_WORDS[i]}\" in\n";
    std::string paths;
    each(app, {}, [&](const Path& path) {
        if (path.size() > 1) paths += (paths.empty() ? "" : "|") + ("'" + words_of(path, ' ') + "'");
    });
    out += "            " + paths +
           ") path=\"$path ${COMP_WORDS[i]}\" ;;\n        esac\n    done\n    case \"$path $before\" in\n";
    const Words top = words_at(app);
    each(app, {}, [&](const Path& path) {
        const Words words = words_at(*path.back());
        for (const auto& [flag, values] : words.option_values)
            out += "        '" + words_of(path, ' ') + " " + flag + "') COMPREPLY=($(compgen -W '" +
                   joined(values, " ") + "' -- \"$word\")); return ;;\n";
        for (const auto& flag : words.takes_file)
            out += "        '" + words_of(path, ' ') + " " + flag +
                   "') COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n";
    });
    out += "    esac\n    case \"$path\" in\n";
    each(app, {}, [&](const Path& path) {
        const Words words = words_at(*path.back());
        std::string all = joined(words.verbs, " ") + " " + joined(words.values, " ") + " " + joined(words.options, " ");
        // Options of the program may stand anywhere.
        if (path.size() > 1) all += " " + joined(top.options, " ");
        out += "        '" + words_of(path, ' ') + "') COMPREPLY=($(compgen -W '" + all + "' -- \"$word\")) ;;\n";
    });
    out += "    esac\n    [[ ${#COMPREPLY[@]} -eq 0 ]] && COMPREPLY=($(compgen -f -- \"$word\"))\n}\ncomplete -F _" +
           name + " " + name + "\n";
    return out;
}

std::string zsh_completion(const CLI::App& app) {
    const std::string name = app.get_name();
    std::string out =
        "#compdef " + name + "\n# Made from its own command line.\n_" + name + "() {\n    local path=" + name +
        " i\n    local -a items\n    for ((i = 2; i < CURRENT; i++)); do\n        case \"$path $words[i]\" in\n";
    std::string paths;
    each(app, {}, [&](const Path& path) {
        if (path.size() > 1) paths += (paths.empty() ? "" : "|") + ("'" + words_of(path, ' ') + "'");
    });
    out += "            " + paths +
           ") path=\"$path $words[i]\" ;;\n        esac\n    done\n    case \"$path $words[CURRENT-1]\" in\n";
    each(app, {}, [&](const Path& path) {
        for (const auto& [flag, values] : words_at(*path.back()).option_values)
            out += "        '" + words_of(path, ' ') + " " + flag + "') compadd -- " + joined(values, " ") +
                   "; return ;;\n";
        for (const auto& flag : words_at(*path.back()).takes_file)
            out += "        '" + words_of(path, ' ') + " " + flag + "') _files; return ;;\n";
    });
    out += "    esac\n    case \"$path\" in\n";
    each(app, {}, [&](const Path& path) {
        std::vector<std::pair<std::string, std::string>> items;
        for (const auto* verb : verbs_of(*path.back())) items.emplace_back(verb->get_name(), verb->get_description());
        for (const auto& value : words_at(*path.back()).values) items.emplace_back(value, "");
        const auto add_options = [&](const CLI::App& of) {
            for (const auto* option : options_of(of)) {
                for (const auto& flag : flags_of(*option)) items.emplace_back(flag, option->get_description());
            }
        };
        add_options(*path.back());
        if (path.size() > 1) add_options(app);
        out += "        '" + words_of(path, ' ') + "') items=(" + zsh_words(items) + ") ;;\n";
    });
    out += "    esac\n    _describe -V 'choices' items || _files\n}\n_" + name + " \"$@\"\n";
    return out;
}

CLI::App* add_generate(CLI::App& app, std::string& what, std::string& folder) {
    auto* verb = app.add_subcommand("generate", "man pages and shell completion, from this very command line");
    verb->group("");
    verb->add_option("what", what, "man, bash or zsh")->required()->check(CLI::IsMember({"man", "bash", "zsh"}));
    verb->add_option("folder", folder, "where to; - for stdout (bash and zsh)")->required();
    return verb;
}

int write_command_docs(const Output& out, const CLI::App& app, const std::string& version, const std::string& what,
                       const std::string& folder) {
    std::map<std::string, std::string> files;
    if (what == "man") {
        files = man_pages(app, version);
    } else if (what == "bash") {
        files[app.get_name()] = bash_completion(app);
    } else {
        files["_" + app.get_name()] = zsh_completion(app);
    }
    for (const auto& [name, text] : files) {
        if (folder == "-") {
            std::fwrite(text.data(), 1, text.size(), stdout);
            continue;
        }
        auto status = base::make_private_dirs(folder);
        if (status) status = base::write_file_atomically(std::string(folder).append("/").append(name), text);
        if (!status) {
            out.problem(status.error());
            return exit_code(status.error().kind);
        }
    }
    if (folder != "-") out.message(std::to_string(files.size()) + " files written to " + folder + ".");
    return kOk;
}

}  // namespace linesman::cli
