// The desks and everybody else over bad lines (simulation.h). Everything is seeded: LINESMAN_SEED=n repeats one run,
// LINESMAN_LONG=1 runs many seeds of 3,000 steps, about a minute each; LINESMAN_SEEDS says how many.
#include "simulation/simulation.h"

namespace linesman::simulation {
namespace {

void simulate(uint64_t seed, int steps) {
    SCOPED_TRACE("repeat with LINESMAN_SEED=" + std::to_string(seed));
    Simulation simulation(seed);
    simulation.run(steps);
    if (simulation.history().faults().empty()) {
        simulation.come_to_rest();
        if (simulation.history().faults().empty()) simulation.check_end();
    }
    for (const auto& fault : simulation.history().faults())
        ADD_FAILURE() << fault << "\n" << simulation.story_of(simulation.history().capture_at_fault());
    simulation.print(seed);
    EXPECT_GT(simulation.history().human_commits(), static_cast<uint64_t>(steps / 50));
}

TEST(TwoDesks, AgreeWithTheServerWhateverHappens) {
    const uint64_t steps = number_from("LINESMAN_STEPS", 800);
    if (std::getenv("LINESMAN_SEED")) return simulate(number_from("LINESMAN_SEED", 1), static_cast<int>(steps));
    for (uint64_t seed = 1; seed <= 2 && !HasFailure(); ++seed) simulate(seed, static_cast<int>(steps));
}

// Its mirror grows old and its lease runs out while captures wait to be judged.
TEST(ValidatorAlone, JudgesAfterwardsWhatItWasCutOffFrom) {
    for (uint64_t seed = 1; seed <= 4; ++seed) {
        sync::test::Backend backend;
        Random random(seed);
        History history(backend.server.documents());
        Others others(backend, random);
        SimValidator validator(backend, history, random, place_for_files());
        const auto pass = [&](base::Duration time, base::Duration step) {
            const int64_t end = backend.clock.steady().us + time.us;
            while (backend.clock.steady().us < end) {
                while (backend.queue.run_ready() + validator.queue().run_ready() > 0) {
                }
                backend.clock.advance(step);
            }
        };
        for (int i = 0; i < 5; ++i) others.create();
        pass(base::minutes(3), base::milliseconds(100));
        EXPECT_TRUE(validator.is_idle() && validator.differing().empty()) << "seed " << seed;
        for (int i = 0; i < 5; ++i) others.create();
        for (int i = 0; i < 2000 && validator.is_idle(); ++i) pass(base::milliseconds(100), base::milliseconds(100));
        ASSERT_FALSE(validator.is_idle()) << "it has heard of them; seed " << seed;
        validator.line.down = true;
        pass(base::minutes(12), base::milliseconds(1000));
        validator.line.down = false;
        pass(base::minutes(6), base::milliseconds(100));
        EXPECT_TRUE(validator.is_idle()) << "seed " << seed;
        EXPECT_TRUE(validator.differing().empty()) << "seed " << seed << ": " << validator.differing()[0];
    }
}

TEST(TwoDesksLong, AgreeWithTheServerForManySeeds) {
    if (!std::getenv("LINESMAN_LONG")) GTEST_SKIP() << "LINESMAN_LONG=1 runs it";
    const uint64_t first = number_from("LINESMAN_SEED", 1000), seeds = number_from("LINESMAN_SEEDS", 10);
    for (uint64_t seed = first; seed < first + seeds && !HasFailure(); ++seed) simulate(seed, 3000);
}

}  // namespace
}  // namespace linesman::simulation
