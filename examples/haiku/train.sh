#!/usr/bin/env bash
# Trains the model of this example again, in a clone of Triptych: ./train.sh --data DIR --out DIR --minutes 8
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd -P)
exec "$root/training/train" haiku \
  --syllables "$root/plugins-text/src/main/resources/dev/triptych/text/pronunciations.txt" "$@"
