# CTest registrations beyond one program per room.

# The conformance suite: the same tests against our backend and against Google's emulator. One entry per server, so that
# the emulator's Java starts once; without the emulator its tests say so and are skipped.
file(GLOB conformance_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/conformance/*.cpp)
add_executable(test_conformance ${conformance_sources})
target_include_directories(test_conformance PRIVATE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/tests)
target_precompile_headers(test_conformance REUSE_FROM test_base)
if(CMAKE_BUILD_TYPE STREQUAL "Release" OR LINESMAN_SANITIZE)
    target_compile_options(test_conformance PRIVATE -O0)  # as all tests (CMakeLists.txt)
endif()
linesman_test_paths(${conformance_sources})
target_link_libraries(test_conformance PRIVATE linesman_flags linesman_sync linesman_backend linesman_field httplib::httplib GTest::gtest GTest::gtest_main)
add_test(NAME Conformance.Backend COMMAND test_conformance --gtest_filter=Backend/*)
add_test(NAME Conformance.Emulator COMMAND test_conformance --gtest_filter=Emulator/*)
add_test(NAME Conformance.Rules COMMAND test_conformance --gtest_filter=Rules*)
add_test(NAME Conformance.Field COMMAND test_conformance --gtest_filter=FieldOnEmulator.*)
add_test(NAME field_emulator_long COMMAND test_conformance --gtest_filter=FieldOnEmulatorLong.*)
set_tests_properties(field_emulator_long PROPERTIES LABELS long TIMEOUT 3600 ENVIRONMENT LINESMAN_LONG=1 SKIP_REGULAR_EXPRESSION "is not installed|Java could not be started")
set_tests_properties(Conformance.Backend Conformance.Emulator Conformance.Rules Conformance.Field PROPERTIES TIMEOUT 300 COST 20 SKIP_REGULAR_EXPRESSION "is not installed|Java could not be started")

# npm's Firestore clients against our backend; exit code 77 says that Node or its packages are missing.
add_test(NAME Node.Clients COMMAND ${CMAKE_CURRENT_LIST_DIR}/node/run.sh $<TARGET_FILE:linesman-backend> ${CMAKE_BINARY_DIR}/node $<TARGET_FILE:linesmanctl> $<TARGET_FILE:linesman-field>)
set_tests_properties(Node.Clients PROPERTIES TIMEOUT 600 COST 50 SKIP_RETURN_CODE 77)

# Signing in against Google's own Auth emulator; skipped as Node.Clients is.
add_test(NAME Auth.Emulator COMMAND ${CMAKE_CURRENT_LIST_DIR}/node/auth/run.sh $<TARGET_FILE:test_conformance> ${CMAKE_BINARY_DIR}/auth-emulator)
set_tests_properties(Auth.Emulator PROPERTIES TIMEOUT 600 COST 50 SKIP_RETURN_CODE 77)

# Programs, man pages, completion and desktop file as a packager would find them.
add_test(NAME Install.Prefix COMMAND ${CMAKE_CURRENT_LIST_DIR}/install/install_test.sh ${CMAKE_COMMAND} ${CMAKE_BINARY_DIR})
set_tests_properties(Install.Prefix PROPERTIES LABELS install TIMEOUT 120)

# The sync room's tests run against the local backend in their own process.
if(TARGET test_sync)
    target_link_libraries(test_sync PRIVATE linesman_backend)
endif()

# The backend's own tests speak HTTP to it.
if(TARGET test_backend)
    target_link_libraries(test_backend PRIVATE httplib::httplib)
endif()
# So do those of the field room.
if(TARGET test_field)
    target_link_libraries(test_field PRIVATE linesman_backend)
endif()

# 200 devices, 20,000 captures, faults of every kind; test_field runs a small fleet.
if(TARGET test_field)
    add_test(NAME field_simulation_long COMMAND test_field --gtest_filter=SimulationLong.*)
    set_tests_properties(field_simulation_long PROPERTIES LABELS long TIMEOUT 3600 ENVIRONMENT LINESMAN_LONG=1)
endif()

# The live simulation with many seeds; test_sync runs a few of them.
if(TARGET test_sync)
    add_test(NAME live_simulation_long COMMAND test_sync --gtest_filter=LiveSimulation.*)
    set_tests_properties(live_simulation_long PROPERTIES LABELS long TIMEOUT 3600 ENVIRONMENT LINESMAN_LONG=1)
endif()

# A fleet of 200 phones with injected faults, told to retry; test_system runs one of 40.
if(TARGET test_system)
    add_test(NAME fleet_retry_long COMMAND test_system --gtest_filter=FleetRetry.Long*)
    set_tests_properties(fleet_retry_long PROPERTIES LABELS long TIMEOUT 1800 ENVIRONMENT LINESMAN_LONG=1)
endif()
