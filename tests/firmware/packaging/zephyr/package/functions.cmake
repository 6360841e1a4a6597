# A STAND-IN for the functions of Zephyr that a module calls.

add_library(zephyr_interface INTERFACE)
target_compile_options(zephyr_interface INTERFACE -Wall -Wextra -Werror -Wno-unused-parameter -std=c17 -fno-strict-aliasing -ffunction-sections -fdata-sections)
set_property(GLOBAL PROPERTY ZEPHYR_LIBS "")

# A macro, as the library belongs to the folder that calls it.
macro(zephyr_library_named name)
  set(ZEPHYR_CURRENT_LIBRARY ${name})
  add_library(${name} STATIC "")
  set_property(GLOBAL APPEND PROPERTY ZEPHYR_LIBS ${name})
  target_link_libraries(${name} PUBLIC zephyr_interface)
endmacro()

function(zephyr_library_sources source)
  target_sources(${ZEPHYR_CURRENT_LIBRARY} PRIVATE ${source} ${ARGN})
endfunction()

function(zephyr_library_compile_definitions item)
  target_compile_definitions(${ZEPHYR_CURRENT_LIBRARY} PRIVATE ${item} ${ARGN})
endfunction()

function(zephyr_library_compile_options item)
  target_compile_options(${ZEPHYR_CURRENT_LIBRARY} PRIVATE ${item} ${ARGN})
endfunction()

# For every library and the application.
function(zephyr_include_directories)
  target_include_directories(zephyr_interface INTERFACE ${ARGV})
endfunction()
