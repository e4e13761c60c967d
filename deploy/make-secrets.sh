#!/bin/sh
# Writes .env for docker-compose.yml with fresh random secrets; never overwrites one that is there.
set -eu
cd "$(dirname "$0")/.."
if [ -e .env ]; then
  echo ".env is there already; delete it first to have new secrets" >&2
  exit 1
fi
umask 077
# A letter goes first: nats-server reads a value that begins with a digit as a number.
secret() { printf 's%s' "$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')"; }
{
  for name in NODE1_PASSWORD NODE2_PASSWORD NODE3_PASSWORD POSTGRES_PASSWORD CONSOLE_TOKEN; do
    printf '%s=%s\n' "$name" "$(secret)"
  done
} >.env
echo "wrote .env (readable by you alone)"
