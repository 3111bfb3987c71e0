# Toolchain of the size build: bare RISC-V with picolibc, as Debian has them.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR rv32imc)
set(CMAKE_C_COMPILER riscv64-unknown-elf-gcc)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_C_FLAGS_INIT "-march=rv32imc -mabi=ilp32 -Os -ffunction-sections -fdata-sections \
--specs=picolibc.specs")
# Memory to spare: what is measured is what it takes.
set(CMAKE_EXE_LINKER_FLAGS_INIT "-Wl,--gc-sections \
-Wl,--defsym=__flash=0x20000000 -Wl,--defsym=__flash_size=0x400000 \
-Wl,--defsym=__ram=0x80000000 -Wl,--defsym=__ram_size=0x400000")
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY NEVER)
