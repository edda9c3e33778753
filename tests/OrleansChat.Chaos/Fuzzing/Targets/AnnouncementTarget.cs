using OrleansChat.Redis.Streams;
using OrleansChat.Streams;

namespace OrleansChat.Chaos.Fuzzing.Targets;

/// <summary>What comes over a node's channel in Redis. Only nodes and scripts write there; whoever else could owns everything anyway, but must not make nodes fall over.</summary>
internal static class AnnouncementTarget
{
    public static FuzzTarget Create() => new(
        "announcements",
        ["E conversation group:a e1 7 -\n{\"seq\":7}", "H - - - 12 -\n", "S ns key - 0 -\n{}", "V presence bob - - alice\n", "U user al e 9223372036854775807 x\n", "E  a b 1 -\n", "E a b c -1 d\n"],
        ["E ", "V ", "F ", "U ", "R ", "Q ", "S ", "H ", " ", "- ", "-", "\n", "conversation ", "group:a ", "e1 ", "7 ", "{}", "0", "x"],
        Parse);

    private static string Parse(byte[] input)
    {
        if (!AnnouncementFormat.TryRead(input, out Arrival arrival))
        {
            return $"no {input.Contains((byte)'\n')} {FuzzTarget.Magnitude(input.Count(one => one == ' '))}";
        }

        FuzzTarget.Demand(arrival.PayloadAt > 0 && arrival.PayloadAt <= input.Length && input[arrival.PayloadAt - 1] == '\n', "a payload begins in the header");
        FuzzTarget.Demand(arrival.Seq >= 0, "a number is negative");
        FuzzTarget.Demand(arrival.Stream.Count((byte)' ') == 1 && !arrival.Stream.Contains((byte)'\n'), "a stream's name is none");
        FuzzTarget.Demand(arrival.Epoch.IndexOfAny((byte)' ', (byte)'\n') < 0 && arrival.From.IndexOfAny((byte)' ', (byte)'\n') < 0, "a field has a space");
        bool known = AnnouncementFormat.TryKind(arrival.Kind, out AnnouncementKind kind);
        FuzzTarget.Demand(!known || Enum.IsDefined(kind), "a kind is none");
        return $"{(known ? kind.ToString() : "item")} {arrival.Epoch.IsEmpty} {arrival.From.IsEmpty} {FuzzTarget.Magnitude(arrival.Seq)}";
    }
}
