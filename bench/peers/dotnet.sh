#!/usr/bin/env bash
# dotnet.sh websocket|signalr PORT, dotnet.sh signalr-redis PORT REDIS-PORT: the peers on .NET, built before by compare.sh or by hand.
here=$(cd "$(dirname "$0")" && pwd)
exec dotnet exec "$here/OrleansChat.Peers/bin/Release/net10.0/OrleansChat.Peers.dll" "$@"
