#!/usr/bin/env bash
# Splits a network folder into one folder for each machine: the public files, and that member's own keys alone.
# usage: chain-nodes/bundle.sh DIR     (makes DIR/machines/NAME; start.sh then starts each member from its own)
set -euo pipefail
network="${1:?usage: chain-nodes/bundle.sh DIR}"
[ -f "$network/genesis.bin" ] || { echo "$network has no genesis.bin: run 'chainhealth network init $network' first" >&2; exit 1; }
umask 077
for folder in "$network"/members/*/; do
  name="$(basename "$folder")"
  bundle="$network/machines/$name"
  [ -e "$bundle" ] && { echo "$bundle exists already" >&2; exit 1; }
  mkdir -p "$bundle/members"
  cp "$network"/genesis.bin "$network"/genesis.json "$network"/edges.json "$bundle/"
  cp -r "$folder" "$bundle/members/$name"
  echo "$bundle"
done
