#!/bin/sh
# Makes a backup in a folder of its own and checks it; once it was found sound, those older than so many days are removed.
#   nightly-backup.sh FOLDER [DAYS]      PROGRAM=: the program, where it is not in the PATH
set -eu
folder=$1
days=${2:-30}
program=${PROGRAM:-termometro}
to=$folder/$(date -u +%Y%m%dT%H%M%SZ)
mkdir -p "$folder"
"$program" backup --to "$to"
"$program" backup verify "$to"
find "$folder" -mindepth 1 -maxdepth 1 -type d -name '[0-9]*T[0-9]*Z' -mtime +"$days" -exec rm -r {} +
