#!/usr/bin/env bash
# Waits for what runs in the background: FOLDER/code comes last and holds its exit code, FOLDER/log what it said.
until [[ -e $1/code ]]; do sleep 0.5; done
cat "$1/log"
exit "$(<"$1/code")"
