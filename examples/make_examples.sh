#!/usr/bin/env bash
# Makes the example sounds again: espeak-ng speaks, sox converts. Usage: examples/make_examples.sh [FOLDER]  (default: examples/)
# Needs the Debian packages espeak-ng and sox. Another version of espeak-ng may speak a little differently.
set -euo pipefail

out=${1:-$(dirname "$0")}
for program in espeak-ng sox; do
  command -v "$program" >/dev/null || { echo "make_examples.sh: $program is missing; apt-get install espeak-ng sox" >&2; exit 1; }
done
mkdir -p "$out"
spoken=$(mktemp -d)
trap 'rm -rf "$spoken"' EXIT

# speak NAME VOICE PITCH(0..99) WORDS_PER_MINUTE TEXT: 22,050 Hz, 16 bits, mono, without the silence at both ends
speak() {
  espeak-ng -v "$2" -p "$3" -s "$4" -w "$spoken/raw.wav" "$5"
  sox -D "$spoken/raw.wav" "$spoken/$1.wav" silence 1 0.01 0.1% reverse silence 1 0.01 0.1% reverse pad 0.05 0.05
}

# convert NAME OUTPUT_OPTIONS... [-- EFFECTS...]: no dither, so that the same speech gives the same bytes; peak at -3 dB
convert() {
  local name=$1 options=() effects=()
  shift
  while (($# > 0)) && [[ $1 != -- ]]; do options+=("$1"); shift; done
  (($# > 0)) && effects=("${@:2}")
  sox -D "$spoken/$name.wav" "${options[@]}" "$out/$name.wav" "${effects[@]}" gain -n -3
}

speak speech de+m3 45 165 "Heute Nachmittag gehen wir alle zusammen in den Park."
convert speech -r 16000 -b 16

speak stereo-44100hz-16bit en-us+f2 60 165 "The train leaves in ten minutes."
convert stereo-44100hz-16bit -r 44100 -b 16 -- remix 1 1v0.5 delay 0 0.0004

speak mono-8000hz-8bit en-gb+m7 30 140 "Please leave a message after the tone."
convert mono-8000hz-8bit -r 8000 -b 8 -e unsigned-integer

# wavpcm: the plain 16-byte format chunk, where sox would write an extensible one
speak mono-48000hz-24bit de+f4 75 190 "Das ist ja wunderbar!"
convert mono-48000hz-24bit -t wavpcm -r 48000 -b 24

speak mono-22050hz-float en-us+m1 20 120 "I am so tired today."
convert mono-22050hz-float -e floating-point -b 32

speak mono-96000hz-32bit-extensible de+f3 55 170 "Ja!"
convert mono-96000hz-32bit-extensible -r 96000 -b 32

speak long de+m6 50 155 "Am Morgen lag Nebel über dem See. Gegen Mittag kam die Sonne heraus, und alle liefen ans Ufer. \
Niemand dachte mehr an den Regen der letzten Tage."
convert long -r 16000 -b 16
