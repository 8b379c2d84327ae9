#!/usr/bin/env bash
# Makes the passwords that docker-compose.yml hands to its containers, once: what is there stays as it is.
# Usage: deploy/secrets/make.sh [FOLDER]   (default: the folder of this script)
set -euo pipefail

folder=${1:-$(dirname "${BASH_SOURCE[0]}")}
# The folder is closed to other users; the files in it are readable, for each container runs as a user of its own.
mkdir -p "$folder"
chmod 0700 "$folder"
umask 0022

random() { head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n'; }

for name in nats-khidma nats-operator; do
    [[ -s "$folder/$name.password" ]] || random >"$folder/$name.password"
done

# The same passwords in the words of nats-server; deploy/nats/nats.conf includes this file.
cat >"$folder/nats-users.conf" <<CONF
KHIDMA_PASSWORD: "$(<"$folder/nats-khidma.password")"
OPERATOR_PASSWORD: "$(<"$folder/nats-operator.password")"
CONF
