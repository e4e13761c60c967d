/**
 * The warden: a shell, 1 MB, that is the server's parent and outlives every node. It waits in
 * the kernel, not by looking, until no node holds users.lock any more, and ends the server.
 *
 *   fd 3  users.lock, not locked yet   fd 4  server.lock, locked; the server inherits it
 *   $1    seconds for which the server stays without users; then the server's command line
 *
 * It keeps users.lock to itself until the server has gone: a node that comes meanwhile waits,
 * finds none, and starts the next. SIGINT is Postgres's fast shutdown, SIGQUIT its immediate one.
 */
export const WARDEN_SCRIPT = `
linger=$1; shift
"$@" 3<&- &
server=$!
exec 4<&-
(
  trap 'kill "$waiting"; exit' TERM
  until_done() { "$@" & waiting=$!; wait "$waiting"; }
  while until_done flock --exclusive 3; do
    [ "$linger" = 0 ] && break
    flock --unlock 3
    until_done sleep "$linger" 3<&-
    flock --exclusive --nonblock 3 && break
  done
  kill -INT "$server"
  until_done sleep 20 3<&-
  kill -QUIT "$server"
) &
watcher=$!
wait "$server"
kill "$watcher"
`;
