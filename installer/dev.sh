#!/usr/bin/env bash
# From a checkout to a running station, or to a proven one.
#
#   installer/dev.sh setup        install what is missing, and nothing that is there
#   installer/dev.sh demo [...]   setup, then the demonstration (arguments go to it)
#   installer/dev.sh test [...]   setup with the test tools, then every check (arguments to pytest)
#   installer/dev.sh lock         resolve the dependencies of pyproject.toml anew
#
# Works from any folder, as root or as an ordinary user (system packages need root or sudo), may
# be interrupted and run again, and does nothing that is already done. System packages come from
# apt; where there is no apt, what is missing is named.
set -euo pipefail

script="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)/$(basename "${BASH_SOURCE[0]}")"
root="${script%/*/*}"
venv="$root/.venv"
stamps="$venv/.alarmstation"
python="$venv/bin/python"
started=$SECONDS

say() { printf '[%3d s] %s\n' "$((SECONDS - started))" "$*"; }

# fail WHAT HOW: what is missing and what a person can do about it
fail() {
    printf '\nalarmstation: %s\n' "$1" >&2
    shift
    printf '  %s\n' "$@" >&2
    exit 1
}

# --- system packages ---------------------------------------------------------------------------

have_library() { # NAME: is a shared library known to the loader?
    local known
    known="$({ ldconfig -p || /sbin/ldconfig -p; } 2>/dev/null)"
    [[ "$known" == *"$1 "* ]]
}

# Each line: a Debian package, and the test that tells whether what we need of it is there.
needed_packages() {
    local purpose="$1"
    local -a checks=(
        "libglib2.0-0 have_library libglib-2.0.so.0"
        "libgl1 have_library libGL.so.1"
        "libegl1 have_library libEGL.so.1"
        "libdbus-1-3 have_library libdbus-1.so.3"
        "libfontconfig1 have_library libfontconfig.so.1"
        "libxkbcommon0 have_library libxkbcommon.so.0"
        "fonts-dejavu-core have_fonts"
        "tzdata test -e /usr/share/zoneinfo/UTC"
    )
    if [[ "$purpose" == test || -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]]; then
        checks+=(
            "libxcb-cursor0 have_library libxcb-cursor.so.0"
            "libxcb-icccm4 have_library libxcb-icccm.so.4"
            "libxcb-keysyms1 have_library libxcb-keysyms.so.1"
            "libxcb-shape0 have_library libxcb-shape.so.0"
            "libxkbcommon-x11-0 have_library libxkbcommon-x11.so.0"
            "alsa-utils command -v aplay"
        )
    fi
    if [[ "$purpose" == test ]]; then
        checks+=("xvfb command -v Xvfb" "xauth command -v xauth")
    fi
    missing_of "${checks[@]}"
}

# What the firmware is built and checked with; without it its tests are skipped and say so.
firmware_packages() {
    missing_of \
        "cmake command -v cmake" \
        "gcc command -v cc" \
        "libc6-dev test -e /usr/include/stdio.h" \
        "nanopb command -v nanopb_generator.py" \
        "libnanopb-dev test -e /usr/include/pb.h" \
        "libmosquitto-dev test -e /usr/include/mosquitto.h" \
        "libmbedtls-dev test -e /usr/include/mbedtls/md.h" \
        "libcmocka-dev test -e /usr/include/cmocka.h" \
        "clang command -v clang" \
        "libclang-rt-dev have_fuzzer" \
        "clang-tidy command -v clang-tidy" \
        "cppcheck command -v cppcheck" \
        "gcc-riscv64-unknown-elf command -v riscv64-unknown-elf-gcc" \
        "picolibc-riscv64-unknown-elf test -e /usr/lib/picolibc/riscv64-unknown-elf/picolibc.specs"
}

# missing_of "PACKAGE TEST...": the packages whose test fails
missing_of() {
    local check package
    for check in "$@"; do
        read -r package check <<<"$check"
        $check >/dev/null 2>&1 || echo "$package"
    done
}

have_fuzzer() {
    compgen -G "$(clang -print-resource-dir)/lib/linux/libclang_rt.fuzzer*" >/dev/null
}

have_fonts() {
    compgen -G '/usr/share/fonts/*/*' >/dev/null || compgen -G "$HOME/.local/share/fonts/*" >/dev/null
}

as_root() {
    if [[ $EUID -eq 0 ]]; then "$@"; else sudo "$@"; fi
}

# install_packages PACKAGE...: through apt, when this user may
install_packages() {
    if ! command -v apt-get >/dev/null; then
        fail "these system packages (Debian's names) are missing: $*" \
            "This machine has no apt. Install the same libraries with its own package manager" \
            "and run this again."
    fi
    if [[ $EUID -ne 0 ]] && ! command -v sudo >/dev/null; then
        fail "these system packages are missing: $*" \
            "Neither root nor sudo is at hand. Ask the administrator to run:" \
            "apt-get install --no-install-recommends $*"
    fi
    say "installing system packages: $*"
    local log quiet=(-q -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=120)
    log="$(mktemp)"
    if ! { as_root apt-get "${quiet[@]}" update &&
        as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get "${quiet[@]}" install -y --no-install-recommends "$@"; } >"$log" 2>&1; then
        tail -n 15 "$log" >&2
        rm -f "$log"
        fail "apt could not install: $*" \
            "Its last words are above. Is there a network? Is another installation running?" \
            "Afterwards run this again, or install the packages by hand."
    fi
    rm -f "$log"
}

system_packages() {
    local -a missing
    mapfile -t missing < <(needed_packages "$1")
    if ((${#missing[@]})); then
        install_packages "${missing[@]}"
    fi
}

# The tools of the firmware are wanted, but nothing else waits for them.
firmware_tools() {
    local -a missing
    mapfile -t missing < <(firmware_packages)
    if ((${#missing[@]} == 0)); then return; fi
    if ! (install_packages "${missing[@]}"); then
        say "the firmware's tests will be skipped where they need: ${missing[*]}"
    fi
}

# --- Python ------------------------------------------------------------------------------------

# A Python of 3.11 or later, empty when there is none.
find_python() {
    local candidate
    for candidate in "${ALARMSTATION_PYTHON:-}" python3.11 python3.12 python3.13 python3.14 python3 \
        /usr/bin/python3; do
        if [[ -n "$candidate" ]] && command -v "$candidate" >/dev/null &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
}

virtual_environment() {
    # One that was cut short has no pip, or packages of which a part is missing; one that was moved
    # has scripts that point elsewhere.
    if "$python" -c 'import pip' 2>/dev/null && grep -qsF "$venv/bin/python" "$venv/bin/pip" &&
        [[ ! -e "$stamps/unfinished" ]]; then
        mkdir -p "$stamps"
        return
    fi
    local base
    base="$(find_python)"
    if [[ -z "$base" ]]; then
        fail "Python 3.11 or later is missing" \
            "Install it (on Debian 12 or later: apt-get install python3 python3-venv), or name it:" \
            "ALARMSTATION_PYTHON=/path/to/python3.11 $0"
    fi
    if ! "$base" -c 'import ensurepip, venv' 2>/dev/null; then
        install_packages python3-venv
    fi
    say "creating the virtual environment with $("$base" -V)"
    rm -rf "$venv"
    "$base" -m venv "$venv" || fail "the virtual environment could not be created in $venv" \
        "The reason is above. Is the disk full, the folder writable?"
    mkdir -p "$stamps"
}

# pip_install WHAT ARGUMENT...: quiet while it works, everything it said when it does not
pip_install() {
    local what="$1" log
    shift
    log="$(mktemp)"
    touch "$stamps/unfinished" # pip takes back what fails, but not what is killed
    if ! "$python" -m pip --disable-pip-version-check install --progress-bar off "$@" >"$log" 2>&1; then
        rm -f "$stamps/unfinished"
        grep -v '^Looking in\|^Requirement already' "$log" | tail -n 15 >&2
        rm -f "$log"
        fail "$what could not be installed" \
            "pip's last words are above. Is there a network, and does pip know its package index?" \
            "Afterwards run this again: it goes on where it stopped."
    fi
    rm -f "$log" "$stamps/unfinished"
}

# up_to_date NAME FILE...: has step NAME been done with exactly these files?
up_to_date() {
    local name="$1"
    shift
    [[ -e "$stamps/$name" && "$(cat "$stamps/$name")" == "$(digest "$@")" ]]
}

done_with() {
    local name="$1"
    shift
    digest "$@" >"$stamps/$name.new"
    mv "$stamps/$name.new" "$stamps/$name"
}

# The place is part of it: an editable install and the scripts of an environment hold paths.
digest() { { echo "$root"; cat -- "$@"; } | sha256sum; }

locked_dependencies() {
    local name="$1" lock="$2"
    if up_to_date "$name" "$lock"; then return; fi
    say "installing the locked dependencies ($(grep -c '==' "$lock") packages; the first time takes a while)"
    pip_install "the dependencies" --require-hashes --requirement "$lock"
    done_with "$name" "$lock"
}

project() {
    local -a sources=("$root/pyproject.toml" "$root/installer/build_hook.py" "$root"/proto/*.proto)
    # "$root"/proto/*.options belong to the firmware and change nothing here
    if up_to_date project "${sources[@]}" && [[ -d "$root/alarmstation/adapters/wire/generated" ]]; then
        return
    fi
    say "installing the project and generating the wire code"
    pip_install "the project" --no-deps --no-build-isolation --editable "$root"
    done_with project "${sources[@]}"
}

# --- database and broker -----------------------------------------------------------------------

runtime() {
    local target status=0
    target="$(cd "$root" && "$python" -c 'from alarmstation import locations; print(locations.runtime())')"
    if [[ ! -e "$target/runtime.json" ]]; then say "preparing the database and broker"; fi
    "$python" "$root/installer/runtime/build.py" "$target" || status=$?
    case $status in
        0) ;;
        3) fallback_runtime ;;
        *) fail "the database and broker could not be prepared" "The reason is above." ;;
    esac
}

# Where no runtime can be built: what the system has, else what pip can bring.
fallback_runtime() {
    local lock="$root/installer/requirements-fallback.lock"
    if (cd "$root" && "$python" - 2>/dev/null) <<'END'; then
from alarmstation import locations
from alarmstation.adapters.mqtt.embedded_broker import find_broker
from alarmstation.adapters.owned_process import unprivileged_identity
from alarmstation.adapters.postgres.binaries import find_postgres

find_postgres(locations.runtime(), identity=unprivileged_identity())
find_broker(locations.runtime(), identity=unprivileged_identity())
END
        say "going on with what this machine has (alarmstation db info tells what it is)"
        return
    fi
    if up_to_date fallback "$lock"; then return; fi
    say "installing a database without TimescaleDB and a broker for demonstrations"
    pip_install "a database and a broker" --require-hashes --requirement "$lock"
    done_with fallback "$lock"
}

# --- commands ----------------------------------------------------------------------------------

setup() {
    local purpose="$1"
    cd "$root"
    system_packages "$purpose"
    if [[ "$purpose" == test ]]; then firmware_tools; fi
    # one set-up of a checkout at a time
    exec 9<"$script"
    if command -v flock >/dev/null; then flock 9; fi
    virtual_environment
    if [[ "$purpose" == test ]]; then
        locked_dependencies test-dependencies "$root/installer/requirements-test.lock"
    elif [[ ! -e "$stamps/test-dependencies" ]]; then # which hold the others too
        locked_dependencies dependencies "$root/installer/requirements.lock"
    else
        locked_dependencies test-dependencies "$root/installer/requirements-test.lock"
    fi
    project
    runtime
    exec 9>&-
    say "set up"
}

demo() {
    setup demo
    exec "$python" -m alarmstation demo "$@"
}

# Runs every stage, whatever fails, and ends with what failed.
run_tests() {
    setup test
    cd "$root"
    export QT_QPA_PLATFORM="${QT_QPA_PLATFORM:-offscreen}"
    local -a results=()
    local failed=0
    stage "style" "$venv/bin/ruff" check .
    stage "format" "$venv/bin/ruff" format --check .
    stage "types" "$venv/bin/mypy"
    stage "rooms" "$venv/bin/lint-imports"
    stage "tests" pytest_stage "$python" -m pytest -m "not xvfb" "$@"
    QT_QPA_PLATFORM=xcb stage "tests with a screen" \
        pytest_stage xvfb-run -a "$python" -m pytest -m xvfb "$@"
    printf '\n'
    printf '%s\n' "${results[@]}"
    return "$failed"
}

stage() {
    local name="$1" before=$SECONDS verdict=passed
    shift
    printf '\n--- %s\n' "$name"
    if ! "$@"; then
        verdict=FAILED
        failed=1
    fi
    results+=("$(printf '%-20s %-7s %4d s' "$name" "$verdict" "$((SECONDS - before))")")
}

pytest_stage() {
    local status=0
    "$@" || status=$?
    [[ $status -eq 0 || $status -eq 5 ]] # 5: nothing was selected
}

lock() {
    setup setup
    local work input
    work="$(mktemp -d)"
    trap 'rm -rf "$work"' EXIT
    "$python" -m venv "$work/venv"
    "$work/venv/bin/pip" -q install pip-tools
    for input in requirements requirements-test requirements-fallback; do
        say "resolving $input"
        "$python" "$root/installer/lock_input.py" "$input" >"$work/$input.in"
        (cd "$work" && venv/bin/pip-compile -q --upgrade --generate-hashes --allow-unsafe --strip-extras \
            --no-header --no-annotate --no-emit-options --no-emit-index-url --no-emit-find-links \
            --no-emit-trusted-host --output-file "$input.lock" "$input.in")
    done
    for input in "$work"/*.lock; do
        grep -v '^#\|^$' "$input" >"$root/installer/${input##*/}"
    done
}

command="${1:-}"
shift || true
case "$command" in
    setup) setup setup ;;
    demo) demo "$@" ;;
    test) run_tests "$@" ;;
    lock) lock ;;
    *)
        sed -n '3,7s/^# \{0,1\}//p' "$script"
        exit 2
        ;;
esac
