// The verbs of linesmanctl, one file each. Every one returns an exit code (exit_codes.h).
#pragma once

#include <string>
#include <vector>

#include "cli/context.h"
#include "model/filter.h"

namespace linesman::cli {

// Pulls until the desk is up to date and everything that may be sent is sent.
int verb_sync(Context& context);

// Where this desk stands: connection, counts, outbox. Never contacts the server.
int verb_status(Context& context);

struct ListOptions {
    model::Filter filter;
    model::SortOrder order;
    size_t limit = 50;  // 0 = all
};
int verb_list(Context& context, const ListOptions& options);

// `item` is a staging id or a pole number.
int verb_show(Context& context, const std::string& item);

struct DecideOptions {
    model::OperationKind kind{};
    std::vector<std::string> items;  // staging ids or pole numbers
    std::string reason, comment, override_reason;
    std::string change;  // undo: op_id of what is taken back; blank = the newest
    model::Correction correction;
    int remind_h = 0;
    bool dry_run = false;
    // Instead of items: a batch of what passes the filter, or of what the file names.
    bool by_filter = false, yes = false;
    model::Filter filter;
    std::string ids_file;
    double rate = 0;  // items per second; 0 = as it is
};

// `promote --index-existing`: keys for poles that were in production before Linesman.
int verb_index_existing(Context& context);

// Signs in by email (LINESMAN_EMAIL and LINESMAN_PASSWORD, or asked for in a terminal) or with Google, and keeps the
// session in the keyring.
int verb_login(Context& context, bool google);
int verb_logout(Context& context);

// Checks configuration, folders, files, server, sign-in; says what to do about each fault.
int verb_doctor(Context& context);

int verb_config(Context& context, bool with_origin);
// Every key with its default and one sentence.
int verb_config_keys(Context& context);
int verb_config_set(Context& context, const std::string& key, const std::string& value);

// The row that `item` names: a staging id, or a pole number that one capture has, as typed or else in its canonical
// form. Errors: not_found, invalid_argument (several).
base::Result<model::Row> find_row(const app::Snapshot& snapshot, const std::string& item);

}  // namespace linesman::cli
