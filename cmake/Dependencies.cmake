# Every third-party library, all from the distribution (packaging/install-deps.sh) except Dear ImGui 1.92.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(CURL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(simdjson REQUIRED)
find_package(JPEG REQUIRED)
find_package(CLI11 REQUIRED)
pkg_check_modules(HTTPLIB REQUIRED IMPORTED_TARGET cpp-httplib)
add_library(httplib::httplib ALIAS PkgConfig::HTTPLIB)
find_package(tomlplusplus REQUIRED)
find_package(glfw3 REQUIRED)
find_package(OpenGL REQUIRED)
find_package(GTest REQUIRED)
find_package(benchmark)
pkg_check_modules(LIBSECRET REQUIRED IMPORTED_TARGET libsecret-1)
pkg_check_modules(XLSXWRITER REQUIRED IMPORTED_TARGET xlsxwriter)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # A macro for Windows only; GCC refuses a precompiled header that knows a macro which another user of it does not.
    set_property(TARGET PkgConfig::UTF8PROC PROPERTY INTERFACE_COMPILE_OPTIONS "")
endif()

find_path(LINESMAN_STB_DIR stb/stb_image.h REQUIRED)
add_library(linesman_stb INTERFACE)
target_include_directories(linesman_stb SYSTEM INTERFACE ${LINESMAN_STB_DIR})

# Dear ImGui: packaging/fetch-imgui.sh puts the distribution's 1.92 source into .deps/imgui; elsewhere a release pinned by hash.
set(LINESMAN_IMGUI_DIR ${CMAKE_SOURCE_DIR}/.deps/imgui CACHE PATH "Dear ImGui 1.92 sources")
if(NOT EXISTS ${LINESMAN_IMGUI_DIR}/imgui.h)
    include(FetchContent)
    FetchContent_Declare(imgui
        GIT_REPOSITORY https://github.com/ocornut/imgui.git
        GIT_TAG 45acd5e0e82f4c954432533ae9985ff0e1aad6d5) # v1.92.2b; a commit's hash pins its content
    FetchContent_MakeAvailable(imgui) # has no CMakeLists.txt: only the sources are fetched
    set(LINESMAN_IMGUI_DIR ${imgui_SOURCE_DIR})
endif()
add_library(linesman_imgui STATIC
    ${LINESMAN_IMGUI_DIR}/imgui.cpp ${LINESMAN_IMGUI_DIR}/imgui_draw.cpp
    ${LINESMAN_IMGUI_DIR}/imgui_tables.cpp ${LINESMAN_IMGUI_DIR}/imgui_widgets.cpp
    ${LINESMAN_IMGUI_DIR}/backends/imgui_impl_glfw.cpp ${LINESMAN_IMGUI_DIR}/backends/imgui_impl_opengl3.cpp)
target_include_directories(linesman_imgui SYSTEM PUBLIC ${LINESMAN_IMGUI_DIR} ${LINESMAN_IMGUI_DIR}/backends)
target_compile_definitions(linesman_imgui PUBLIC IMGUI_DISABLE_OBSOLETE_FUNCTIONS "ImDrawIdx=unsigned int" IMGUI_USE_WCHAR32)
target_link_libraries(linesman_imgui PUBLIC glfw OpenGL::GL ${CMAKE_DL_LIBS})
