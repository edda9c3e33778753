using System.Buffers;
using OrleansChat.Protocols.Resp;

namespace OrleansChat.Chaos.Fuzzing.Targets;

/// <summary>Requests of the RESP door, whole and in pieces.</summary>
internal static class RespTarget
{
    private static readonly RespLimits Limits = new() { Arguments = 8, Bulk = 64, Request = 128, Line = 48 };

    public static FuzzTarget Create() => new(
        "resp",
        [
            "*2\r\n$4\r\nPING\r\n$2\r\nhi\r\n", "PING\r\n", "SET a \"b \\x41\\n\" 'c'\r\n", "*0\r\n*-1\r\n\r\n*1\r\n$0\r\n\r\n", "*1\r\n:1\r\n", "*3\r\n$3\r\nFOO\r\n$100000000\r\n", "*1\r\n$-1\r\n", "\"a\"b\n", "GET / HTTP/1.1\r\n",
        ],
        ["*", "$", "\r\n", "\n", "\r", "*1\r\n", "*2\r\n", "$1\r\n", "$64\r\n", "$0\r\n\r\n", "$4\r\nECHO\r\n", "PING", " ", "\t", "\"", "'", "\\", "\\x4", "\\xff", "-", "+", "1", "0", "xxxxxxxxxxxxxxxx"],
        Parse);

    private static string Parse(byte[] input)
    {
        (string whole, string kind) = Read([input]);
        (string pieces, _) = Read(FuzzTarget.Pieces(input));
        FuzzTarget.Demand(whole == pieces, "requests in pieces are other requests");
        return kind;
    }

    private static (string Said, string Kind) Read(IEnumerable<byte[]> pieces)
    {
        var reader = new RespRequestReader(Limits);
        List<string> said = [];
        List<string> kinds = [];
        byte[] rest = [];
        foreach (byte[] piece in pieces)
        {
            var buffer = new ReadOnlySequence<byte>([.. rest, .. piece]);
            RespStatus status;
            while ((status = reader.Read(ref buffer, out byte[][] words)) == RespStatus.Request)
            {
                FuzzTarget.Demand(words.Length is >= 1 && words.Length <= Limits.Arguments, "a request has too many words or none");
                FuzzTarget.Demand(words.All(word => word.Length <= Limits.Bulk) && words.Sum(word => word.Length) <= Limits.Request, "a request is too large");
                said.Add(string.Join(',', words.Select(Convert.ToHexString)));
                kinds.Add($"{words.Length}:{FuzzTarget.Magnitude(words.Sum(word => word.Length))}");
            }

            FuzzTarget.Demand(status == RespStatus.Error == reader.Error is not null, "an error says nothing");
            if (reader.Error is { } error)
            {
                return ($"{string.Join(';', said)} {error}", $"{string.Join(' ', kinds.Take(2))} {(error.StartsWith("expected", StringComparison.Ordinal) ? "expected" : error)}");
            }

            rest = buffer.ToArray();
            FuzzTarget.Demand(rest.Length <= Limits.Line + Limits.Bulk + 4, "more is kept than a request may have");
        }

        return (string.Join(';', said), $"{string.Join(' ', kinds.Take(2))} {FuzzTarget.Magnitude(rest.Length)}");
    }
}
