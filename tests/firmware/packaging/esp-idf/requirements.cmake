# A STAND-IN for the first of the two times that ESP-IDF reads a component's CMakeLists.txt: as a script (cmake -P), to learn what the component
# requires. idf_component_register() ends the reading; project() or a target before it would be an error in a script.
macro(idf_component_register)
  set(registered 1 PARENT_SCOPE)
  return()
endmacro()

function(read_component)
  include("${CMAKE_CURRENT_LIST_DIR}/components/${COMPONENT}/CMakeLists.txt")
endfunction()

if(NOT COMPONENT)
  set(COMPONENT light-sernet)
endif()
set(ESP_PLATFORM 1)
read_component()
if(NOT registered)
  message(FATAL_ERROR "no component was registered")
endif()
