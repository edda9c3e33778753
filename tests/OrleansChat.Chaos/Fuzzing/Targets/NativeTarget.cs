using System.Text.Json;
using OrleansChat.Protocols.Native;

namespace OrleansChat.Chaos.Fuzzing.Targets;

/// <summary>Frames of the native door: lines with a JSON object each.</summary>
internal static class NativeTarget
{
    public static FuzzTarget Create() => new(
        "native",
        [
            "{\"id\":7,\"do\":\"send\",\"conversation\":\"group:a\",\"text\":\"hi\"}", "{\"id\":\"a\",\"do\":\"sync\",\"positions\":{\"dm:a:b\":{\"epoch\":\"x\",\"seq\":1}}}\n{\"do\":\"ping\"}\n",
            "{\"do\":1}", "{\"id\":{},\"do\":\"x\"}", " \t\r\n{}", "[]", "{\"id\":\"\\ud800\",\"do\":\"x\"}",
        ],
        ["{", "}", "[", "]", "\"", ":", ",", "\"id\":", "\"do\":", "\"do\":\"ping\"", "\"text\":", "null", "true", "1", "-0.5e9", "\\", "\\u0041", "\n", " ", "[[[[[[[[[[[[[[[[[", "{\"a\":"],
        Parse);

    private static string Parse(byte[] input)
    {
        ReadOnlyMemory<byte> frame = input;
        int lines = 0;
        int covered = 0;
        HashSet<string> kinds = [];
        while (!frame.IsEmpty)
        {
            ReadOnlyMemory<byte> line = NativeLine.NextLine(ref frame);
            lines++;
            covered += line.Length + 1;
            FuzzTarget.Demand(!line.Span.Contains((byte)'\n'), "a line holds a line feed");
            kinds.Add(NativeLine.IsBlank(line.Span) ? "blank" : Read(line));
        }

        FuzzTarget.Demand(covered == input.Length || covered == input.Length + 1, "a part of the frame was passed over");
        return $"{FuzzTarget.Magnitude(lines)} {string.Join(' ', kinds.Order(StringComparer.Ordinal).Take(2))}";
    }

    private static string Read(ReadOnlyMemory<byte> line)
    {
        bool isCommand = NativeLine.TryRead(line, out NativeLine? command, out string? id);
        using (command)
        {
            FuzzTarget.Demand(isCommand == command is not null, "a command was read and is not there");
            string? given = command is null ? id : command.Id;
            if (given is not null)
            {
                FuzzTarget.Demand(given.Length <= NativeLine.MaxIdLength, "an id is too long");
                AssertLine(NativeReplies.Ok(given, "{}"u8));
            }

            AssertLine(NativeReplies.Error(given, 4000, "bad_request", command?.Command ?? "x\"\\\n", false));
            return command is null ? $"bad{(given is null ? "" : "+id")}" : $"{command.Parameters.EnumerateObject().Count()}{given?[0]}{FuzzTarget.Magnitude(command.Command.Length)}";
        }
    }

    private static void AssertLine(byte[] reply)
    {
        FuzzTarget.Demand(!reply.Contains((byte)'\n'), "a reply is more than one line");
        using var json = JsonDocument.Parse(reply);
        FuzzTarget.Demand(json.RootElement.ValueKind == JsonValueKind.Object, "a reply is no object");
    }
}
