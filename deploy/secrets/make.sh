#!/usr/bin/env bash
# Makes the passwords that docker-compose.yml hands to its containers, once: what is there stays as it is.
# Usage: deploy/secrets/make.sh [FOLDER]   (default: the folder of this script)
#
# The departments in deploy/nats/departments (KHIDMA_FEED_DEPARTMENTS names another file) get an account of nats-server
# each, which reaches their own feed and nothing else.
set -euo pipefail

here=$(dirname "${BASH_SOURCE[0]}")
folder=${1:-$here}
departments=${KHIDMA_FEED_DEPARTMENTS:-$here/../nats/departments}
# The folder is closed to other users; the files in it are readable, for each container runs as a user of its own.
mkdir -p "$folder"
chmod 0700 "$folder"
umask 0022

random() { head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
make() { [[ -s "$folder/$1.password" ]] || random >"$folder/$1.password"; }

for name in nats-khidma nats-khidma-feeds nats-operator; do
    make "$name"
done

# The same passwords in the words of nats-server; deploy/nats/nats.conf includes this file.
cat >"$folder/nats-users.conf" <<CONF
KHIDMA_PASSWORD: "$(<"$folder/nats-khidma.password")"
KHIDMA_FEEDS_PASSWORD: "$(<"$folder/nats-khidma-feeds.password")"
OPERATOR_PASSWORD: "$(<"$folder/nats-operator.password")"
CONF

# What an account may ask of the stream: all of it on subjects that name the department. A consumer is made with one
# filter, which stands in the subject, and has one of four names: those with capitals can be no other department's.
services() {
    local department=$1 name
    echo "\$JS.API.DIRECT.GET.khidma-feed.khidma.feed.$department.>"
    for name in "$department" "$department-ORDERED" "$department-A" "$department-B"; do
        echo "\$JS.API.CONSUMER.CREATE.khidma-feed.$name.khidma.feed.$department.>"
        echo "\$JS.API.CONSUMER.INFO.khidma-feed.$name"
        echo "\$JS.API.CONSUMER.DELETE.khidma-feed.$name"
        echo "\$JS.API.CONSUMER.MSG.NEXT.khidma-feed.$name"
        echo "\$JS.ACK.khidma-feed.$name.>"
        echo "\$JS.ACK.*.*.khidma-feed.$name.>"
    done
}

exports="" accounts=""
while read -r department _; do
    case $department in '' | '#'*) continue ;; esac
    if ! [[ $department =~ ^[a-z0-9][a-z0-9_-]{0,62}$ ]]; then
        echo "$departments: $department is no department's id" >&2
        exit 1
    fi
    make "nats-feed-$department"
    imports=""
    while read -r subject; do
        exports+="    { service: \"$subject\", response: stream, accounts: [\"feed-$department\"] }"$'\n'
        # The API of JetStream stands under a prefix of its own: as it is called usually, the server answers too, that an
        # account without streams has none.
        imports+="        { service: { account: FEEDS, subject: \"$subject\" }, to: \"${subject/#\$JS.API/feed.API}\" }"$'\n'
    done < <(services "$department")
    accounts+="feed-$department: {
    users: [ { user: \"feed-$department\", password: \"$(<"$folder/nats-feed-$department.password")\" } ]
    imports: [
$imports    ]
}
"
done <"$departments"

printf 'exports: [\n%s]\n' "$exports" >"$folder/nats-feed-exports.conf"
printf '%s' "$accounts" >"$folder/nats-feed-accounts.conf"
