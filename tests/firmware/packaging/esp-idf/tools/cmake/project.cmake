# A STAND-IN for ESP-IDF's file of this name, for projects of several components: project() adds main/ and all of components/ and makes the program.
# Its start-up code calls app_main() of the component main.
include("${CMAKE_CURRENT_LIST_DIR}/idf_component.cmake")

macro(project name)
  _project(${name} LANGUAGES C ASM)
  set(ESP_PLATFORM 1)
  # Its warnings are errors by default.
  add_compile_options(-Wall -Wextra -Werror -Wno-unused-parameter -Wno-sign-compare -ffunction-sections -fdata-sections)
  add_compile_options($<$<COMPILE_LANGUAGE:C>:-std=gnu17> $<$<COMPILE_LANGUAGE:ASM>:-Wa,--noexecstack>)
  file(GLOB components LIST_DIRECTORIES true "${CMAKE_CURRENT_SOURCE_DIR}/components/*")
  foreach(component ${components} "${CMAKE_CURRENT_SOURCE_DIR}/main")
    add_subdirectory("${component}")
  endforeach()
  file(WRITE "${CMAKE_BINARY_DIR}/start.c" "void app_main(void);\nint main(void) {\n  app_main();\n  return 0;\n}\n")
  add_executable(${name} "${CMAKE_BINARY_DIR}/start.c")
  target_link_libraries(${name} PRIVATE __idf_main)
endmacro()
