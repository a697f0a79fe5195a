#!/bin/bash
# Runs docs/install-debian.md, every command in it as it stands, in a root folder made by debootstrap. As root:
#     debootstrap --variant=minbase bookworm /srv/root && tests/try_install.sh /srv/root
# It has run to its end on Debian 12 (bookworm) and 13 (trixie). --list prints the commands instead.
#
# A folder is not a machine, so three things are stood in for, by scripts in the root's /usr/local/bin:
# - systemctl: systemd is installed, but does not run. The unit has to pass `systemd-analyze verify`; then it is read for
#   its user, environment, folders and commands, which are run so. The unit's sandbox is not tried. nginx and PostgreSQL
#   are started by their init scripts.
# - certbot: nobody here is asked by Let's Encrypt. It signs a certificate itself, where certbot would put it.
# - git: git.example.com is this folder, by git's own url.….insteadOf. Before the upgrade it gets a release with another
#   version in its API, which then has to be the one that answers.
# PostgreSQL is moved to its Unix socket. Ports 80 and 443 have to be free. Folders named in MOUNTS (package indexes of
# this machine) are seen inside, too.
set -euo pipefail
here=$(realpath "$(dirname "$0")/..")
page=docs/install-debian.md
count=$(grep -c '^```sh$' "$here/$page")
block() { # the fenced block of shell with that number
    awk -v wanted="$1" '/^```sh$/ {n++; inside = n == wanted; next} /^```$/ {inside = 0} inside' "$here/$page"
}
if [ "$*" = --list ]; then
    for number in $(seq "$count"); do block "$number"; done
    exit
fi
[ "$#" = 1 ] && [ -x "$1/bin/sh" ] || {
    echo "usage: tests/try_install.sh FOLDER, in which debootstrap has been" >&2
    exit 2
}
if [ -z "${UNSHARED:-}" ]; then
    UNSHARED=1 exec unshare --mount --pid --fork --kill-child "$(realpath "$0")" "$(realpath "$1")"
fi
root=$(realpath "$1")
tools=$root/usr/local/bin

mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/run"
for folder in ${MOUNTS:-}; do
    mkdir -p "$root$folder"
    mount --rbind "$folder" "$root$folder"
done
# How this machine reaches the network: names, pip's index, and authorities that Debian's ca-certificates does not bring.
cp /etc/resolv.conf "$root/etc/resolv.conf"
[ ! -e /etc/pip.conf ] || cp /etc/pip.conf "$root/etc/pip.conf"
mkdir -p "$root/usr/local/share/ca-certificates"
find /usr/local/share/ca-certificates -name '*.crt' -exec cp -t "$root/usr/local/share/ca-certificates" {} +

rm -rf "$root/srv/daymark.git"
git clone --quiet --bare "$here" "$root/srv/daymark.git"
git -C "$root/srv/daymark.git" update-ref refs/heads/main "$(git -C "$here" rev-parse HEAD)"
git -C "$root/srv/daymark.git" symbolic-ref HEAD refs/heads/main
cat >"$root/etc/gitconfig" <<'END'
[url "file:///srv/daymark.git"]
    insteadOf = https://git.example.com/daymark.git
[safe]
    directory = *
END

cat >"$tools/systemctl" <<'END'
#!/bin/bash
set -euo pipefail
unit=/etc/systemd/system/daymark.service
value() { sed -n "s/^$1=//p" "$unit"; }
case "$*" in
daemon-reload) systemd-analyze verify "$unit" ;;
"enable --now daymark")
    user=$(value User)
    install -d -o "$user" -g "$user" -m "$(value RuntimeDirectoryMode)" "/run/$(value RuntimeDirectory)"
    install -d -o "$user" -g "$user" -m "$(value LogsDirectoryMode)" "/var/log/$(value LogsDirectory)"
    cd "$(value WorkingDirectory)"
    runuser -u "$user" -- env "$(value Environment)" setsid "$(value ExecStart)" </dev/null >/var/log/daymark.out 2>&1 &
    for _ in $(seq 300); do
        [ -S /run/daymark/web.sock ] && exit
        sleep 0.2
    done
    cat /var/log/daymark.out >&2
    exit 1
    ;;
"restart nginx" | "reload nginx") service nginx "${1/reload/force-reload}" ;;
*)
    echo "systemctl $*: not stood in for" >&2
    exit 1
    ;;
esac
END
cat >"$tools/certbot" <<'END'
#!/bin/bash
set -euo pipefail
while [ "$1" != --domain ]; do shift; done
folder=/etc/letsencrypt/live/$2
mkdir -p "$folder"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=$2" \
    -addext "subjectAltName=DNS:$2" -keyout "$folder/privkey.pem" -out "$folder/fullchain.pem" 2>/dev/null
END
chmod +x "$tools/systemctl" "$tools/certbot"

inside() { chroot "$root" /usr/bin/env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive ${PIP_FIND_LINKS:+PIP_FIND_LINKS="$PIP_FIND_LINKS"} "$@"; }

# What a machine has from the start, and minbase leaves out.
inside apt-get -qq update
inside apt-get -qq install --yes --no-install-recommends systemd </dev/null

release() { # puts a commit whose API gives another version at the head of what git.example.com serves
    local folder
    folder=$(mktemp -d)
    git clone --quiet "$root/srv/daymark.git" "$folder"
    sed -i 's/^SPOKEN = .*/SPOKEN = "2.4.1-next"/' "$folder/app/controllers/api_v1/general.py"
    git -C "$folder" -c user.name=try -c user.email=try@example.com commit --quiet --all --message "The next release"
    git -C "$folder" push --quiet
    rm -rf "$folder"
}

for number in $(seq "$count"); do
    block=$(block "$number")
    printf '\n== block %s of %s ==\n%s\n' "$number" "$count" "$block"
    [[ $block != *" pull "* ]] || release
    for try in 1 2 3 4 5 6; do
        inside bash -euo pipefail -c "$block" </dev/null && break
        # The worker, replaced a moment before, may not have said yet that it lives.
        [[ $block == *"flask doctor" && $try -lt 6 ]] || exit 1
        sleep 5
    done
    if [[ $block == *"--no-install-recommends postgresql" ]]; then
        # On its Unix socket only, at the usual port, whatever else listens on this machine.
        inside bash -c 'sed -i "s/^port = .*/port = 5432/; s/^#listen_addresses = .*/listen_addresses = \x27\x27/" \
            /etc/postgresql/*/main/postgresql.conf && service postgresql restart'
    fi
done

echo "== the page, through nginx =="
inside python3 - <<'END'
import json, socket, ssl, time
from http.client import HTTPConnection
plain = HTTPConnection("127.0.0.1", 80, timeout=20)
plain.request("GET", "/", headers={"Host": "status.example.com"})
assert plain.getresponse().headers["Location"] == "https://status.example.com/"
context = ssl.create_default_context(cafile="/etc/letsencrypt/live/status.example.com/fullchain.pem")

def get(path):
    raw = context.wrap_socket(socket.create_connection(("127.0.0.1", 443)), server_hostname="status.example.com")
    raw.sendall(b"GET %s HTTP/1.1\r\nHost: status.example.com\r\nConnection: close\r\n\r\n" % path)
    answer = b"".join(iter(lambda: raw.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 200 "), answer[:600]
    return answer, raw.version()

answer, protocol = get(b"/")
assert b"Example Cloud" in answer
print("Example Cloud is served over", protocol)
# The workers of before finish what they have in hand.
for _ in range(120):
    answer, _protocol = get(b"/api/v1/version")
    if b"2.4.1-next" in answer:
        break
    time.sleep(0.5)
else:
    raise SystemExit(f"still the release of before: {answer}")
print("The new release answers")
END
inside runuser -u daymark -- /opt/daymark/bin/supervisorctl shutdown
inside service nginx stop
echo "All $count blocks of $page ran."
