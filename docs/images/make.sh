#!/usr/bin/env bash
# Takes the README's pictures anew: conversation-light.png and group-dark.png.
set -euo pipefail
cd "$(dirname "$0")/../.."
./test.sh Web -- -class '*PictureTests'
cp tests/OrleansChat.Web.Tests/bin/Release/net10.0/pictures/{conversation-light,group-dark}.png docs/images/
