using OrleansChat.Chaos.Nodes;

namespace OrleansChat.Chaos.Fuzzing.Doors;

/// <summary>Every door of a node.</summary>
internal static class DoorTable
{
    private const string Upgrade =
        "GET /ws?token=TOKEN HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    private static readonly string[] Json =
    [
        "{", "}", "[", "]", "\"", ":", ",", "null", "true", "-1", "1e400", "\\ud800", "\\u0000", "\"to\":\"friend\"", "\"text\":\"hi\"", "\"data\":{\"a\":1}", "\"seq\":1", "\"group\":\"club\"",
        "\"conversation\":\"group:club\"", "\"conversation\":\"dm:fuzz:friend\"", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    ];

    /// <param name="token">The token of somebody who tries.</param>
    public static IReadOnlyList<Door> All(string token) =>
    [
        Door.Bytes("http", "http", Http(token), [
            "GET ", "POST ", "DELETE ", "PUT ", " HTTP/1.1\r\n", "Host: x\r\n", "\r\n", "\r\n\r\n", "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "Expect: 100-continue\r\n", "%00", "%2e%2e/", "?limit=",
            "/api/v1/", "/q/", "/socket.io/?EIO=4&transport=polling", "\u0081\u0080\u0000\u0000\u0000\u0000", "\u0000\u0085\u0000\u0000\u0000\u0000", "\u0088\u0082\u0000\u0000\u0000\u0000\u0003\u00e8", "Idempotency-Key: a\r\n", .. Json,
        ]),
        Door.Bytes("line", "line", ["NICK fuzzline\r\nWHO\r\nMSG friend hi\nJOIN lineclub\nSAY lineclub x\nHISTORY lineclub 5\n", "REGISTER x\n", "NICK a b c\nTALKTO friend\nhi\nSTOP friend\n", "HELP\nSTATUS x\nIGNORE friend\nUNIGNORE friend\nQUIT\n"],
            ["\n", "\r\n", " ", "NICK ", "MSG ", "JOIN ", "PART ", "SAY ", "HISTORY ", "TALKTO ", "STOP ", "WHO\n", "STATUS ", "\u00ff\u00fd\u0001", "\u00ff\u00fa", "fuzzline", "friend", "lineclub", "\u001b[2J", "\u0000"]),
        Door.Bytes("resp", "resp", Resp(), [
            "*2\r\n", "*3\r\n", "$4\r\n", "$-1\r\n", "\r\n", "IM.USER ", "IM.SEND ", "IM.GSEND ", "IM.GROUP ", "IM.JOIN ", "IM.QUIT ", "IM.LINK ", "IM.UNLINK ", "IM.MESSAGE ", "IM.RECIVE ", "IM.READ ", "IM.UNREAD ",
            "START ", "COUNT ", "BLOCK 1", "$", "0-0", "fuzz ", "friend ", "club ", "text ", "HELLO 3\r\n", "\"", "\\x00", "9223372036854775808",
        ]),
        Door.Socket("native", () => $"/ws?token={token}", null, [
            "{\"id\":1,\"do\":\"sync\",\"positions\":{}}\u00ff{\"id\":2,\"do\":\"send\",\"to\":\"friend\",\"text\":\"hi\"}", "{\"id\":3,\"do\":\"group.create\",\"group\":\"club\",\"title\":\"t\"}\n{\"id\":4,\"do\":\"history\",\"conversation\":\"group:club\"}",
            "\u0001{\"id\":5,\"do\":\"ping\"}",
        ], ["\u00ff", "\u00ff\u0001", "\n", "\"do\":\"send\"", "\"do\":\"sync\"", "\"do\":\"search\"", "\"id\":1", .. Json]),
        Door.Socket("signalr", () => $"/hub?access_token={token}", "{\"protocol\":\"json\",\"version\":1}\u001e", [
            "{\"type\":1,\"invocationId\":\"1\",\"target\":\"Sync\",\"arguments\":[{\"positions\":{}}]}\u001e", "{\"type\":1,\"invocationId\":\"2\",\"target\":\"Send\",\"arguments\":[{\"to\":\"friend\",\"text\":\"x\"}]}\u001e{\"type\":6}\u001e",
            "\u0001{\"type\":1,\"target\":\"Send\",\"arguments\":[{\"text\":\"\u00c3(\"}]}\u001e", "{\"type\":7}\u001e",
        ], ["\u001e", "\u00ff", "\"type\":1", "\"type\":4", "\"type\":5", "\"target\":\"Send\"", "\"target\":\"History\"", "\"arguments\":[{}]", "\"invocationId\":\"1\"", "\"streamIds\":[\"1\"]", .. Json]),
        Door.Socket("socketio", () => "/socket.io/?EIO=4&transport=websocket", "40", [
            "42[\"set-nickname\",\"fuzzio\"]\u00ff421[\"chat-message\",{\"message\":\"hi\"}]\u00ff42[\"typing\"]", "423[\"private-message\",{\"to\":\"friend\",\"message\":\"x\"}]", "44[\"join-room\",{\"room\":\"ioclub\"}]\u00ff45[\"room-message\",{\"room\":\"ioclub\",\"message\":\"x\"}]",
            "451-[\"chat-message\",{\"_placeholder\":true,\"num\":0}]\u00ff\u0001xyz", "3\u00ff2probe\u00ff5", "41",
        ], ["\u00ff", "\u00ff\u0001", "42", "40/x,", "41", "43", "451-", "\"_placeholder\":true,\"num\":0", "[\"read\",{\"conversation\":\"group:lobby\",\"seq\":1}]", "\"message\":\"x\"", .. Json]),
        Door.Socket("queue", () => $"/ws/q/fuzzed?token={token}", null, ["{\"value\":1}\u00ffplain\u00ff{\"value\":{\"a\":[1]}}", "{\"\\ud800\":1}", "\u0001{\"value\":\"x\"}"], ["\u00ff", "\u00ff\u0001", "\"value\":", .. Json]),
    ];

    private static string[] Http(string token) =>
    [
        "GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n",
        $"POST /api/v1/conversations/dm:fuzz:friend/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: 13\r\n\r\n{{\"text\":\"hi\"}}",
        $"POST /api/v1/groups HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n1a\r\n{{\"group\":\"web\",\"title\":\"t\"}}\r\n0\r\n\r\n",
        $"GET /api/v1/conversations/dm:fuzz:friend/messages?limit=5&seen=mark HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n",
        $"GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nLast-Event-ID: AQA\r\n\r\n",
        $"POST /q/fuzzed HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: 16\r\n\r\n{{\"\\ud800\":[1,2]}}",
        $"GET /c/fuzzed HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nAccept: text/event-stream\r\n\r\n",
        "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "POST /hub/negotiate?negotiateVersion=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        $"{Upgrade.Replace("TOKEN", token, StringComparison.Ordinal)}\u0081\u0093\u0000\u0000\u0000\u0000{{\"id\":1,\"do\":\"ping\"}}",
        $"{Upgrade.Replace("TOKEN", token, StringComparison.Ordinal)}\u0001\u0082\u0000\u0000\u0000\u0000{{\"\u0080\u0081\u0000\u0000\u0000\u0000}}\u0088\u0080\u0000\u0000\u0000\u0000",
        $"{Upgrade.Replace("TOKEN", token, StringComparison.Ordinal)}\u0081\u00ff\u007f\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u0000\u0000\u0000\u0000x",
    ];

    private static string[] Resp()
    {
        string key = $"AUTH \"{ChaosNode.RespKey}\"\r\n";
        return
        [
            $"{key}IM.USER fuzz name x\r\nIM.SEND fuzz friend text hi\r\nIM.RECIVE fuzz START 0 COUNT 2\r\n", $"{key}IM.GROUP rclub fuzz title t\r\nIM.GSEND fuzz rclub text \"a b\"\r\nIM.UNREAD fuzz\r\n", $"{key}*1\r\n$4\r\nPING\r\n", "PING\r\nHELLO 3\r\n",
        ];
    }
}
