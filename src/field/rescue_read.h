// What a phone's exported queue holds (reference: domain facts, "What phones really send"): poles, photos as base64,
// the sync queue, in any arrangement, with the field names of the apps in use, whole or damaged. Pure.
//
// Objects are told by their content, not by their place. A photo without its pole's record still makes a capture: of
// photos alone, under the pole's id.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "field/offline_pole_store.h"

namespace linesman::field {

struct RescuedCapture {
    std::string offline_id;  // as the phone had it; made of the content when the phone's is missing
    std::string device_id;
    std::string phone_status;                 // what the phone said: pending, error, staged, ...
    NewCapture capture;                       // photos decoded
    std::map<model::Slot, std::string> lost;  // photos that cannot be had, with the cause
    std::vector<std::string> notes;           // what was read otherwise than it stood, or left out
    std::string refusal;                      // why it cannot be saved; empty when it can
};

struct RescuedQueue {
    std::vector<RescuedCapture> captures;  // in the order of the file
    std::vector<std::string> damage;       // of the file
    std::vector<std::string> loose_ends;   // photos without any pole or slot, objects that made no sense
};

RescuedQueue read_exported_queue(std::string_view text);

}  // namespace linesman::field
