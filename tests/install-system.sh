#!/bin/sh
# Debian packages that the tests use: installed when we may, named when we may not.
set -u
missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v strace >/dev/null 2>&1 || missing="$missing strace"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing$missing"
    if apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null; then
        exit 0
    fi
fi
echo "not installed:$missing. The tests that need them are skipped; with Debian: sudo apt-get install$missing"
[ "${CI:-}" != true ]
