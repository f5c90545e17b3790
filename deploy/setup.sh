#!/usr/bin/env bash
# Installs what is missing, and nothing that is there: `setup.sh run` or `setup.sh test`.
# Host packages: tools only (see TOOLS); Asterisk lives in a root file system of its own.
set -euo pipefail
cd "$(dirname "$0")/.."

goal=${1:-run}
venv=.venv

say() { printf '\033[1m%s\033[0m\n' "$*"; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then say "sudo is used for: $*"; sudo "$@"
  else
    echo "As root, please run:  $*" >&2
    exit 1
  fi
}

apt_install() {
  say "Installing tools: $*"
  as_root apt-get update -q || echo "The list of packages could not be renewed; trying with the old one." >&2
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
}

python_ok() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

install_tools() {
  local missing=()
  python3 -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3-venv)
  if [ "$goal" = test ]; then
    command -v sipp >/dev/null || missing+=(sip-tester)
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
    compgen -G '/usr/lib/*/faketime/libfaketimeMT.so.1' >/dev/null || missing+=(libfaketime)
    command -v setpriv >/dev/null || missing+=(util-linux)
    command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null ||
      missing+=(chromium)
  fi
  [ ${#missing[@]} = 0 ] || apt_install "${missing[@]}"
}

install_python() {
  python_ok python3 || { echo "Python 3.11 or newer is needed; this is $(python3 --version 2>&1)." >&2; exit 1; }
  local wanted
  wanted=$(cat requirements.lock setup.cfg | sha256sum | cut -c1-16)-$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  [ "$(cat "$venv/installed" 2>/dev/null)" = "$wanted" ] && [ -x "$venv/bin/sahayata" ] && return
  say "Installing the Python libraries into $venv"
  [ -x "$venv/bin/python" ] || python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
  "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
  echo "$wanted" >"$venv/installed"
}

install_tools
install_python
"$venv/bin/python" -m deploy.provision
