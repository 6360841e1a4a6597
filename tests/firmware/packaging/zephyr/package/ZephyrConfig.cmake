# A STAND-IN for find_package(Zephyr), for applications of several modules: those in ZEPHYR_EXTRA_MODULES, with the settings of prj.conf. That Kconfig
# accepts the settings is what build_files.test.ts sees.
project(Zephyr-Kernel LANGUAGES C)
include("${CMAKE_CURRENT_LIST_DIR}/functions.cmake")
set(ZEPHYR_BINARY_DIR "${CMAKE_BINARY_DIR}/zephyr")

file(STRINGS "${CMAKE_CURRENT_SOURCE_DIR}/prj.conf" settings REGEX "^CONFIG_")
foreach(setting ${settings})
  string(REGEX MATCH "^([^=]+)=(.*)$" setting "${setting}")
  set(${CMAKE_MATCH_1} "${CMAKE_MATCH_2}")
endforeach()

zephyr_include_directories("${CMAKE_CURRENT_LIST_DIR}/include")

# As zephyr/module.yml says.
foreach(module ${ZEPHYR_EXTRA_MODULES})
  file(READ "${module}/zephyr/module.yml" description)
  string(REGEX MATCH "name: ([^\n]+)" name "${description}")
  set(name "${CMAKE_MATCH_1}")
  string(REGEX MATCH "\n  cmake: ([^\n]+)" folder "${description}")
  add_subdirectory("${module}/${CMAKE_MATCH_1}" "${CMAKE_BINARY_DIR}/modules/${name}")
endforeach()

# The kernel's main() is the application's.
get_property(libraries GLOBAL PROPERTY ZEPHYR_LIBS)
message(STATUS "libraries: [${libraries}]")
file(WRITE "${CMAKE_BINARY_DIR}/empty.c" "typedef int empty;\n")
add_library(app STATIC "")
target_link_libraries(app PUBLIC zephyr_interface)
if(CONFIG_AUDIO_DMIC)
  target_sources(app PRIVATE "${CMAKE_CURRENT_LIST_DIR}/microphone.c")
endif()
add_executable(zephyr_program "${CMAKE_BINARY_DIR}/empty.c")
target_link_libraries(zephyr_program PRIVATE -Wl,--whole-archive app ${libraries} -Wl,--no-whole-archive)

# The bytes of a file, for #include between braces.
function(generate_inc_file_for_target target source generated)
  file(READ "${source}" bytes HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
  file(WRITE "${generated}" "${bytes}")
  get_filename_component(folder "${generated}" DIRECTORY)
  target_include_directories(${target} PRIVATE "${folder}")
endfunction()
