#!/bin/sh
# Tests a connector against the mock, with curl alone: docs/mock-control.md explains it.
#
#   aftership mock --port 4010 &
#   aftership webhook listen --port 8080 --secret-env HOOK_SECRET &
#   MOCK=http://127.0.0.1:4010 HOOK=http://127.0.0.1:8080/ HOOK_SECRET=s3cret sh docs/testing-with-curl.sh
#
# The calls of "the connector" are those that your program makes; here they are curl too.
set -eu
: "${MOCK:?the URL of the mock}" "${HOOK:?the URL that gets the webhooks}" "${HOOK_SECRET:?their secret}"
API=$MOCK/tracking/2026-07
body=$(mktemp)
headers=$(mktemp)
trap 'rm -f "$body" "$headers"' EXIT

fail() { printf 'FAILED: %s\n' "$1" >&2; cat "$body" >&2; exit 1; }
step() { printf -- '- %s\n' "$1"; }

# control PATH [JSON]: drives the mock, and fails on a refusal.
control() {
  if [ $# -eq 1 ]; then
    curl -s --fail-with-body -o "$body" "$MOCK/_mock/$1" || fail "GET $1"
  else
    curl -s --fail-with-body -o "$body" -H 'content-type: application/json' -d "$2" "$MOCK/_mock/$1" || fail "POST $1"
  fi
}

# call STATUS CURL-ARGUMENTS...: what the connector does, and the status that it should get.
call() {
  wanted=$1
  shift
  status=$(curl -sS -o "$body" -D "$headers" -w '%{http_code}' -H 'as-api-key: qa-key' \
    -H 'content-type: application/json' "$@") || fail "no response"
  [ "$status" = "$wanted" ] || fail "expected $wanted, got $status"
}

# field NAME: the first string of that name in the last response.
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$body" | head -n 1; }

# has TEXT: the last response holds it.
has() { grep -qF "$1" "$body" || fail "the response lacks $1"; }

step "450 trackings on their way"
control reset '{}'
control seed '{"count": 450, "key": "qa-key", "template": {"slug": "dhl", "tag": "InTransit", "title": "Order {n}"}}'
has '"count":450'

step "page 2 of the list is refused once: 429 with Retry-After"
control faults '{"operation": "trackings.list", "query": {"cursor": "*"}, "status": 429, "code": 429,
  "headers": {"Retry-After": "1"}}'
call 200 "$API/trackings?limit=200"
cursor=$(field next_cursor)
[ -n "$cursor" ] || fail "the first page names no next one"
call 429 "$API/trackings?limit=200&cursor=$cursor"
grep -qi '^retry-after: 1' "$headers" || fail "there is no Retry-After"
has '"code":429'
sleep 1
call 200 "$API/trackings?limit=200&cursor=$cursor"
cursor=$(field next_cursor)
call 200 "$API/trackings?limit=200&cursor=$cursor"
has '"total":450'
has '"next_cursor":""'

step "a create is done, its response is lost, and the repetition says 4003"
control faults '{"operation": "trackings.create", "drop": "after"}'
order='{"tracking_number": "QA12345678", "slug": "dhl", "order_id": "order-7"}'
code=0
curl -s -o "$body" -H 'as-api-key: qa-key' -H 'content-type: application/json' -d "$order" \
  "$API/trackings" || code=$?
[ "$code" -eq 52 ] || fail "expected that curl gets no response (52), got $code"
call 400 -d "$order" "$API/trackings"
has '"code":4003'
id=$(field id)

step "the parcel is delivered now, and the webhook says so"
control webhooks "{\"url\": \"$HOOK\", \"secret\": \"$HOOK_SECRET\"}"
control "trackings/$id" '{"tag": "Delivered"}'
call 200 "$API/trackings/$id"
has '"tag":"Delivered"'
tries=0
until control 'webhooks/deliveries?tag=Delivered&outcome=taken' && grep -q '"event":"tracking_update"' "$body"; do
  tries=$((tries + 1))
  [ "$tries" -lt 600 ] || fail "the webhook was not delivered"
  sleep 0.1
done
has '"status":20'

step "the mock received these requests, and no others"
control verify '{"complete": true, "expect": [
  {"operation": "trackings.list", "status": 200, "times": 3},
  {"operation": "trackings.list", "status": 429, "times": 1},
  {"operation": "trackings.create", "body": {"order_id": "order-7"}, "times": 2},
  {"operation": "trackings.get", "times": 1}
]}'
has '"verified":true'
echo "all as expected"
