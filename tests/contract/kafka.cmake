# One suite for every pair of source and sink (io_contract.c). kafka_contract_test starts a broker of its own.
add_library(io_contract STATIC io_contract.c io_rig.c)
target_include_directories(io_contract PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(io_contract PUBLIC core PkgConfig::CMOCKA)

add_executable(kafka_contract_test kafka_contract_test.c kafka_rig.c)
target_link_libraries(kafka_contract_test PRIVATE kafka io_contract)
target_link_libraries(kafka_contract_test PRIVATE kafka_admin)
target_compile_definitions(kafka_contract_test PRIVATE SOURCE_DIR="${CMAKE_SOURCE_DIR}")
add_test(NAME contract/kafka_contract_test COMMAND kafka_contract_test)
set_tests_properties(contract/kafka_contract_test PROPERTIES LABELS servers TIMEOUT 300)
