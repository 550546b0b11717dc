# Compiler flags for our own code only, ccache and sanitizers.
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

# -O2 for most rooms, for the build time; the rooms that scan columns and pixels ask for -O3 (a million pole numbers are searched
# in about half the time).
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_C_FLAGS_RELEASE "-O2 -DNDEBUG")

find_program(LINESMAN_CCACHE ccache)
if(LINESMAN_CCACHE)
    # Precompiled headers need these sloppiness switches (ccache manual, "Precompiled headers"); the base folder lets clones and
    # build folders share what they compile.
    set(launcher ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
        CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${LINESMAN_CCACHE})
    set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
    set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
endif()

add_library(linesman_flags INTERFACE)
# -pthread for all, as some libraries ask for it and a precompiled header is read with the flags that made it.
target_compile_options(linesman_flags INTERFACE -pthread -Wall -Wextra -Wconversion -Wshadow -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC 12's flow warnings misfire on std::string and std::regex once they are inlined (GCC bugs 105651, 105329, 105562).
    # Clang's warnings and the sanitizer builds of ./check --full look for the same faults.
    target_compile_options(linesman_flags INTERFACE -fpch-preprocess -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread
        -Wno-restrict -Wno-maybe-uninitialized)
elseif(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    target_compile_options(linesman_flags INTERFACE -Wno-sign-conversion)
    add_compile_options(-Xclang -fno-pch-timestamp)  # ccache compares contents; a time stamp would make each clone compile all
endif()
if(LINESMAN_SANITIZE)
    string(REPLACE ";" "," sanitizers "${LINESMAN_SANITIZE}")
    add_compile_options(-fsanitize=${sanitizers} -fno-omit-frame-pointer -g1)
    if(LINESMAN_FUZZ)
        add_compile_options(-O1)
    else()
        add_compile_options(-O0) # half the compile time of -g -O1
    endif()
    add_link_options(-fsanitize=${sanitizers})
    if(sanitizers MATCHES "undefined")
        add_compile_options(-fno-sanitize-recover=undefined)
    endif()
endif()
if(LINESMAN_FUZZ)
    if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
        message(FATAL_ERROR "LINESMAN_FUZZ needs Clang's libFuzzer: use the preset `fuzz`")
    endif()
    add_compile_options(-fsanitize=fuzzer-no-link)  # coverage of our own code for the fuzz targets
endif()
