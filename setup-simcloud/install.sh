#!/usr/bin/env bash
# Downloads a release, verifies its checksum, installs the provider into the local mirror, and puts the command on PATH.
# VERSION is the release; ADDRESS, if set, another address to install under; RELEASES and FOLDER are for other places.
set -euo pipefail
: "${VERSION:?set VERSION to a release, such as 0.1.0}"
releases=${RELEASES:-https://github.com/simcloud/terraform-provider-simcloud/releases/download}
folder=${FOLDER:-${RUNNER_TOOL_CACHE:-$HOME/.cache}/simcloud/$VERSION}

case $(uname -s) in
    Linux) system=linux ;;
    Darwin) system=darwin ;;
    MINGW* | MSYS*) system=windows ;;
    *) echo "there is no archive for $(uname -s)" >&2; exit 1 ;;
esac
case $(uname -m) in
    x86_64 | amd64) machine=amd64 ;;
    aarch64 | arm64) machine=arm64 ;;
    *) echo "there is no archive for $(uname -m)" >&2; exit 1 ;;
esac

name=terraform-provider-simcloud
suffix=
[ $system != windows ] || suffix=.exe
mkdir -p "$folder"
cd "$folder"
if [ ! -x "$name$suffix" ]; then
    archive=${name}_${VERSION}_${system}_${machine}.zip
    sums=${name}_${VERSION}_SHA256SUMS
    curl -fsSLO "$releases/v$VERSION/$archive"
    curl -fsSLO "$releases/v$VERSION/$sums"
    # Exactly the line of this archive; a list without it would otherwise verify nothing.
    grep -F "  $archive" "$sums" > expected || { echo "$sums has no checksum of $archive" >&2; exit 1; }
    # -c, because the sha256sum of BusyBox does not know --check.
    if command -v sha256sum >/dev/null; then sha256sum -c expected; else shasum -a 256 -c expected; fi
    unzip -qo "$archive"
    mv "${name}_v$VERSION$suffix" "$name$suffix"
    rm "$archive" "$sums" expected
fi
"./$name$suffix" install
[ -z "${ADDRESS:-}" ] || "./$name$suffix" install --as "$ADDRESS"
[ -z "${GITHUB_PATH:-}" ] || echo "$folder" >> "$GITHUB_PATH"
