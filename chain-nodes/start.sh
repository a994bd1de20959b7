#!/usr/bin/env bash
# Starts every process of a network folder on this machine; Ctrl-C stops them all.
# usage: chain-nodes/start.sh DIR [DATASET] [PORT]
set -euo pipefail
umask 077 # the dashboard's log holds one-time links
cd "$(dirname "$0")/.."
network="${1:?usage: chain-nodes/start.sh DIR [DATASET] [PORT]}"
dataset="${2:-wdbc}"
port="${3:-5080}"
[ -f "$network/genesis.bin" ] || { echo "$network has no genesis.bin: run 'chainhealth network init $network' first" >&2; exit 1; }

dotnet build src/ChainHealth.Cli -c Release -v q
program() { echo "artifacts/bin/ChainHealth.$1/release/ChainHealth.$1.dll"; }
mkdir -p "$network/logs"
trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT
start() { # NAME PROGRAM ARGUMENT...
  local name="$1" which="$2" folder="$network"; shift 2
  [ -d "$network/machines/$name" ] && folder="$network/machines/$name" # made by bundle.sh: as on a machine of its own
  dotnet "$(program "$which")" "$@" --network "$folder" --member "$name" --parent-pid $$ >"$network/logs/$name.log" 2>&1 &
}

hospitals=$(find "$network/members" -maxdepth 1 -name 'hospital-*' | wc -l)
for folder in "$network"/members/validator-*; do start "$(basename "$folder")" Node --admit-proposed; done
for i in $(seq "$hospitals"); do
  start "hospital-$i" Edge serve --dataset "$dataset" --partition "$i/$hospitals" --rehearsals
done
start provider Edge serve --dataset "$dataset"
start dashboard Dashboard --port "$port" --hospital-links
echo "running; logs in $network/logs (dashboard.log has the one-time links), dashboard at http://127.0.0.1:$port"
echo "Ctrl-C stops all"
wait
