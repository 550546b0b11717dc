# cmake --install: programs, man pages and completion made from the programs' own command lines, desktop file, icon.
include(GNUInstallDirs)

install(TARGETS linesman linesmanctl linesman-field linesman-backend RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

# Made when a program changed, so that installing copies and runs nothing.
set(docs ${CMAKE_BINARY_DIR}/command-docs)
set(stamps)
foreach(program linesmanctl linesman-field)
    add_custom_command(
        OUTPUT ${docs}/${program}.stamp
        COMMAND ${program} --quiet generate man ${docs}/man1
        COMMAND ${program} --quiet generate bash ${docs}/bash
        COMMAND ${program} --quiet generate zsh ${docs}/zsh
        COMMAND ${CMAKE_COMMAND} -E touch ${docs}/${program}.stamp
        DEPENDS ${program}
        COMMENT "Man pages and completion of ${program}"
        VERBATIM)
    list(APPEND stamps ${docs}/${program}.stamp)
endforeach()
add_custom_target(command_docs ALL DEPENDS ${stamps})

# The programs write files for their owner alone; these are for everybody.
set(for_all FILE_PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ
            DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
install(DIRECTORY ${docs}/man1/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 ${for_all} FILES_MATCHING PATTERN "*.1")
install(DIRECTORY ${docs}/bash/ DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions ${for_all})
install(DIRECTORY ${docs}/zsh/ DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions ${for_all})

# Programs without a verb tree have pages written by hand; tests/install compares them with --help.
install(FILES packaging/man/linesman.1 packaging/man/linesman-backend.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES packaging/linesman.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications)
install(FILES packaging/linesman.svg DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps)
