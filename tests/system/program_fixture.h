// linesmanctl against the server of a test: what it prints, how it ends, what it leaves behind.
#pragma once

#include "base/file.h"
#include "system/desk_fixture.h"
#include "system/program.h"

namespace linesman::system_test {

class ProgramTest : public ServerTest {
  protected:
    // Where its files are; another one for another desk.
    virtual std::string data_dir() const { return folder.path(); }

    int run(const std::vector<std::string>& verb, const std::string& person = "supervisor",
            const std::string& password = "linesman") {
        Program program = linesmanctl(server.base_url(), data_dir(), verb, password, person);
        if (!program.started()) return -1;
        const int ended = program.wait();
        output = program.output();
        return ended;
    }
    // The document it prints; `code` is how it ended.
    Json run_json(std::vector<std::string> verb, const std::string& person = "supervisor") {
        verb.insert(verb.begin(), {"--json", "-q"});
        code = run(verb, person);
        auto json = base::parse_json(output, "output");
        EXPECT_TRUE(json.ok()) << output;
        return json.value_or(Json::object());
    }
    std::string file(const std::string& name, const std::string& text) {
        const std::string path = folder.path() + "/" + name;
        EXPECT_TRUE(base::write_file_atomically(path, text).ok());
        return path;
    }
    bool says(const std::string& words) const { return output.find(words) != std::string::npos; }

    TempFolder folder;
    std::string output;
    int code = 0;
};

}  // namespace linesman::system_test
