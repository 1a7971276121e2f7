#!/usr/bin/env bash
# A Debian package of what `make install DESTDIR=... PREFIX=/usr` put into a folder: .ci/deb.sh FOLDER VERSION OUT.deb
# Needs dpkg-deb, and dpkg-shlibdeps (dpkg-dev) to name the libraries.
set -eu
folder=$1 version=$2 out=$3
for tool in dpkg-deb dpkg-shlibdeps strip; do
    command -v $tool >/dev/null || { echo "make deb: $tool is needed (Debian: apt-get install dpkg-dev binutils)" >&2; exit 1; }
done

strip --strip-unneeded "$folder/usr/bin/weir"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/debian"
printf 'Source: weir\n\nPackage: weir\nArchitecture: any\n' >"$work/debian/control"
libraries=$(cd "$work" && dpkg-shlibdeps -O "$(realpath "$OLDPWD/$folder")/usr/bin/weir" 2>/dev/null |
    sed -n 's/^shlibs:Depends=//p')
[ -n "$libraries" ] || { echo 'make deb: dpkg-shlibdeps does not name the libraries' >&2; exit 1; }

find "$folder/usr/share/man" -type f -name '*.1' -exec gzip -9nf {} +
doc=$folder/usr/share/doc/weir
rm -f "$doc/LICENSE"
gzip -9nc CHANGES.md >"$doc/NEWS.gz"
maintainer=${DEB_MAINTAINER:-$(git log -1 --format='%an <%ae>' 2>/dev/null || echo 'Weir <root@localhost>')}
when=$(git log -1 --format=%aD 2>/dev/null || date -R)
printf 'weir (%s) unstable; urgency=low\n\n  * See NEWS.\n\n -- %s  %s\n' "$version" "$maintainer" "$when" | gzip -9n >"$doc/changelog.gz"
# where zsh looks on Debian
mkdir -p "$folder/usr/share/zsh/vendor-completions"
mv "$folder/usr/share/zsh/site-functions/_weir" "$folder/usr/share/zsh/vendor-completions/"
rmdir "$folder/usr/share/zsh/site-functions"
cat >"$doc/copyright" <<'END'
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: weir

Files: *
Copyright: 2026 the authors of Weir
License: GPL-3+
 Weir is free software: you can redistribute it and/or modify it under the terms of the GNU General Public License as
 published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version.
 .
 On Debian systems the text of the licence is in /usr/share/common-licenses/GPL-3.
END
mkdir -p "$folder/DEBIAN"
cat >"$folder/DEBIAN/control" <<END
Package: weir
Version: $version
Architecture: $(dpkg --print-architecture)
Maintainer: $maintainer
Installed-Size: $(du -sk "$folder/usr" | cut -f1)
Depends: $libraries
Recommends: gnuplot-nox
Section: science
Priority: optional
Description: simulate children's mental health services and their links with schools
 Compares ways of organising children and young people's mental health services
 on the same simulated children: who waits, how long and at what cost. A
 discrete-event simulation with scenarios in Lua and results in SQLite.
END
(cd "$folder" && find usr -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
find "$folder" -type d -exec chmod 755 {} +
dpkg-deb --root-owner-group --build "$folder" "$out" >/dev/null
echo "$out"
